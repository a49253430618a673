/** What the bench and the recording process say to each other. */
export type Mode = 'nothing' | 'parley' | 'ffmpeg'

/** `voice`: a microphone a side; `video`: a camera beside each. */
export type Medium = 'voice' | 'video'

/** One track of a side of a call, and where its packets go. */
export type Leg = { call: number; leg: number; kind: 'audio' | 'video'; ssrc: number; port: number }

export type RigOrder =
  /** Further calls, beside those there are. Answers their legs. */
  | { do: 'open'; calls: number; medium: Medium; folder: string }
  | { do: 'record'; mode: Mode }
  /** Stops what records. */
  | { do: 'stop' }

export type RigReply = { ok: true; result: unknown } | { ok: false; error: string }

/** The processes that do the work: this one and its worker, and what records for it. */
export type Recording = { pids: number[] }
