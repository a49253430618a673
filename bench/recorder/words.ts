/** What the bench and the recording process say to each other. */
export type Mode = 'nothing' | 'parley' | 'ffmpeg'

export type Leg = { call: number; leg: number; ssrc: number; port: number }

export type RigOrder =
  | { do: 'open'; calls: number; folder: string }
  | { do: 'record'; mode: Mode }
  /** Stops what records. Answers the files' sizes. */
  | { do: 'stop' }

export type RigReply = { ok: true; result: unknown } | { ok: false; error: string }

/** The processes that do the work: this one and its worker, and what records for it. */
export type Recording = { pids: number[] }
