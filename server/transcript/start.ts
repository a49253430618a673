/** Transcripts and captions as the server makes them: the engine of the settings, and what feeds it. */
import { createLoop, type Loop } from '../background.ts'
import type { Config } from '../config.ts'
import { type Captions, createCaptions, type CaptionsDeps } from './captions.service.ts'
import { createEndpoint } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { createScripted } from './scripted.ts'
import { type TranscribeDeps, transcribeDue } from './transcript.service.ts'

const LOOK_MS = 2_000
/** A large model on a small machine takes longer than the speech. */
const ANSWERS_MS = 120_000

type Setting = NonNullable<Config['transcriber']>

const createEngine = (setting: Setting): Engine =>
  setting.kind === 'script'
    ? createScripted(setting.file)
    : createEndpoint({ ...setting, answersMs: ANSWERS_MS })

type D = Pick<TranscribeDeps, 'db' | 'recordings' | 'log'> &
  Pick<CaptionsDeps, 'show'> & {
    config: Pick<Config, 'transcriber'>
  }

/** Null where the operator has set no engine. Throws where a script cannot be read. */
export function startTranscripts(d: D): (Pick<Loop, 'stop'> & Pick<Captions, 'notice'>) | null {
  const { transcriber } = d.config
  if (!transcriber) return null
  const cut = new AbortController()
  const deps = { ...d, engine: createEngine(transcriber) }
  const captions = createCaptions(deps)
  const loop = createLoop(d, 'transcripts', LOOK_MS, () => transcribeDue(deps, cut.signal))
  // What a stop has left is gone on with at once.
  loop.kick()
  return {
    notice: captions.notice,
    async stop() {
      cut.abort()
      await Promise.all([loop.stop(), captions.stop()])
    },
  }
}
