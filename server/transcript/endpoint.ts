/**
 * Speech to words by an endpoint of the operator's that speaks OpenAI's `POST /v1/audio/transcriptions`: whisper.cpp's server,
 * speaches, vLLM, a cloud's. Sound goes to the configured address and nowhere else: redirections are not followed.
 */
import * as z from 'zod'
import { type Engine, EngineFault, type Piece } from './engine.ts'
import type { Heard, HeardLine } from './transcript.ts'

/** `url`: whole address. `key`: bearer token, where it wants one. */
export type Endpoint = { url: string; key: string | null; model: string; answersMs: number }

/** Then it is the model, and no fault of a piece. */
const SURE = 3
const MOST_BYTES = 1024 * 1024
const MOST_TEXT = 4_000
/** Whisper's own rule: what it takes for no speech, and is unsure of, was made up. */
const NO_SPEECH = 0.6
const UNSURE = -1

const Segment = z.object({
  start: z.number(),
  end: z.number(),
  text: z.string(),
  avg_logprob: z.number().nullish(),
  no_speech_prob: z.number().nullish(),
})
const Answer = z.object({
  language: z.string().max(40).nullish(),
  text: z.string().nullish(),
  segments: z.array(Segment).max(1_000).nullish(),
})

export function createEndpoint(endpoint: Endpoint): Engine {
  /** Some models have words alone, and refuse to be asked for times. How many pieces in a row were heard so. */
  let without = 0
  return {
    name: endpoint.model,
    async hear(piece, signal) {
      const ask = async (times: boolean) => toHeard(await post(endpoint, piece, { signal, times }), piece.ms)
      if (without >= SURE) return await ask(false)
      try {
        const heard = await ask(true)
        without = 0
        return heard
      } catch (error) {
        if (!(error instanceof EngineFault) || error.again !== 'never') throw error
        const heard = await ask(false)
        without++
        return heard
      }
    },
  }
}

type Asked = { signal: AbortSignal; times: boolean }

async function post({ url, key, model, answersMs }: Endpoint, { ogg }: Piece, { signal, times }: Asked) {
  const body = new FormData()
  body.set('model', model)
  body.set('response_format', times ? 'verbose_json' : 'json')
  if (times) body.set('timestamp_granularities[]', 'segment')
  body.set('file', new Blob([new Uint8Array(ogg)], { type: 'audio/ogg' }), 'speech.ogg')
  const headers = new Headers(key === null ? [] : [['authorization', `Bearer ${key}`]])
  const late = AbortSignal.any([signal, AbortSignal.timeout(answersMs)])
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal: late })
    if (!answer.ok) {
      await answer.body?.cancel()
      throw refusal(answer.status)
    }
    return understood(await bounded(answer))
  } catch (error) {
    if (error instanceof EngineFault || signal.aborted) throw error
    throw new EngineFault('later', 'the endpoint did not answer as it should', { cause: error })
  }
}

/** What is wrong with an answer is told without the cause, whose message would quote what was said. */
function understood(text: string): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(text))
  } catch {
    throw new EngineFault('later', 'the endpoint answered something else than a transcript')
  }
}

/** What is wrong with this very piece is not sent again; all else is the endpoint's state or the settings, which change. */
const refusal = (status: number): EngineFault =>
  new EngineFault(
    [400, 413, 415, 422].includes(status) ? 'never' : 'later',
    `the endpoint answered ${status}`,
  )

async function bounded(answer: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of answer.body ?? []) {
    bytes += part.length
    if (bytes > MOST_BYTES) throw new EngineFault('later', 'the endpoint answered too much')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function toHeard({ language, text, segments }: z.infer<typeof Answer>, ms: number): Heard {
  // Without times it was said somewhere in the piece.
  const said = segments?.length ? segments : [{ start: 0, end: ms / 1000, text: text ?? '' }]
  const lines = said.filter((one) => !isMadeUp(one)).map((one) => toLine(one, ms))
  return { language: language?.toLowerCase() || null, lines: lines.filter((one) => one.text !== '') }
}

const isMadeUp = ({ no_speech_prob: none, avg_logprob: sure }: z.infer<typeof Segment>): boolean =>
  (none ?? 0) > NO_SPEECH && (sure ?? 0) < UNSURE

function toLine({ start, end, text, avg_logprob: sure }: z.infer<typeof Segment>, ms: number): HeardLine {
  const within = (seconds: number) => Math.min(Math.max(0, Math.round(seconds * 1000)), ms)
  const from = within(start)
  return {
    ...{ from, to: Math.max(from, within(end)) },
    text: text
      .replace(/[\s\0]+/g, ' ')
      .trim()
      .slice(0, MOST_TEXT)
      .toWellFormed(),
    confidence: sure === null || sure === undefined ? null : Math.min(1, Math.exp(sure)),
  }
}
