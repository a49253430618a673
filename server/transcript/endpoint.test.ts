import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createEndpoint, type Endpoint } from './endpoint.ts'
import { type Ear, says, startEar } from './testing.ts'

let ear: Ear
let elsewhere: Ear
beforeAll(async () => {
  ear = await startEar()
  elsewhere = await startEar()
})
beforeEach(() => {
  ear.asked = []
})
afterAll(() => Promise.all([ear.close(), elsewhere.close()]))

const piece = { ogg: Buffer.from('OggS and so on'), from: 0, ms: 5_000, role: 'visitor' as const }
const hear = (over: Partial<Endpoint> = {}, signal = new AbortController().signal) =>
  createEndpoint({ url: ear.url, key: 'k-1', model: 'whisper-1', answersMs: 10_000, ...over }).hear(
    piece,
    signal,
  )

describe('an endpoint', () => {
  it('is sent the file as it is, with model and key, and its lines come with times and confidence', async () => {
    ear.answer = () => says('Hello,\n there', 'you')
    expect(await hear()).toEqual({
      language: 'english',
      lines: [
        { from: 0, to: 2_000, text: 'Hello, there', confidence: Math.exp(-0.1) },
        { from: 2_000, to: 4_000, text: 'you', confidence: Math.exp(-0.1) },
      ],
    })
    const [asked] = ear.asked
    expect(asked?.path).toBe('/v1/audio/transcriptions')
    expect(asked?.authorization).toBe('Bearer k-1')
    expect(asked?.ogg).toEqual(piece.ogg)
    const told = ['model', 'response_format', 'timestamp_granularities[]'].map((name) =>
      asked?.form.get(name),
    )
    expect(told).toEqual(['whisper-1', 'verbose_json', 'segment'])
    await hear({ key: null })
    expect(ear.asked[1]?.authorization).toBeUndefined()
  })

  it('may say what was said and no more; what it made up itself is left out, and no time is beyond the piece', async () => {
    ear.answer = () => ({ body: { text: ' Only words ' } })
    const lines = [{ from: 0, to: 5_000, text: 'Only words', confidence: null }]
    expect(await hear()).toEqual({ language: null, lines })
    const made = { start: 0, end: 2, text: 'Thanks for watching!', avg_logprob: -1.4, no_speech_prob: 0.9 }
    const late = { start: 4, end: 31, text: 'Bye' }
    ear.answer = () => ({ body: { language: 'fa', segments: [made, late, { start: 5, end: 6, text: ' ' }] } })
    const bye = { from: 4_000, to: 5_000, text: 'Bye', confidence: null }
    expect(await hear()).toEqual({ language: 'fa', lines: [bye] })
  })

  it('whose model has words without times is asked for those alone, and after some pieces at once', async () => {
    ear.answer = ({ form }) =>
      form.get('response_format') === 'json'
        ? { body: { text: 'Only words' } }
        : { status: 400, body: { error: "response_format 'verbose_json' is not compatible" } }
    const lines = [{ from: 0, to: 5_000, text: 'Only words', confidence: null }]
    const engine = createEndpoint({ url: ear.url, key: null, model: 'gpt-4o-transcribe', answersMs: 10_000 })
    const { signal } = new AbortController()
    for (let n = 0; n < 4; n++) expect(await engine.hear(piece, signal)).toEqual({ language: null, lines })
    expect(ear.asked.map(({ form }) => form.get('response_format'))).toEqual([
      ...Array.from({ length: 3 }, () => ['verbose_json', 'json']).flat(),
      'json',
    ])
    expect(ear.asked.at(-1)?.form.get('timestamp_granularities[]')).toBeNull()
    // Where a piece is refused either way the next is asked for times again.
    ear.answer = () => ({ status: 400, body: {} })
    await expect(hear()).rejects.toMatchObject({ again: 'never' })
  })

  it('that knows no times but says so by an empty list is heard all the same', async () => {
    ear.answer = () => ({ body: { text: 'Only words', segments: [] } })
    expect((await hear()).lines).toEqual([{ from: 0, to: 5_000, text: 'Only words', confidence: null }])
    ear.answer = () => ({ body: { text: ' ', segments: [] } })
    expect((await hear()).lines).toEqual([])
  })

  it.each([
    [400, 'never'],
    [413, 'never'],
    [401, 'later'],
    [404, 'later'],
    [429, 'later'],
    [503, 'later'],
  ])('that answers %i is asked again: %s', async (status, again) => {
    ear.answer = () => ({ status, body: { error: 'no' } })
    await expect(hear()).rejects.toMatchObject({ again })
  })

  it('cannot send us elsewhere', async () => {
    ear.answer = () => ({ status: 307, headers: { location: elsewhere.url } })
    await expect(hear()).rejects.toMatchObject({ again: 'later' })
    expect(elsewhere.asked).toEqual([])
  })

  it('that answers nonsense, too much, nothing in time, or is not there, is asked again later', async () => {
    ear.answer = () => ({ body: { segments: [{ start: 'now' }] } })
    await expect(hear()).rejects.toMatchObject({ again: 'later' })
    ear.answer = () => ({ body: { text: 'x'.repeat(2_000_000) } })
    await expect(hear()).rejects.toMatchObject({ again: 'later' })
    ear.answer = () => null
    await expect(hear({ answersMs: 50 })).rejects.toMatchObject({ again: 'later' })
    await expect(hear({ url: 'http://127.0.0.1:1/x' })).rejects.toMatchObject({ again: 'later' })
  })

  it.each(['My card is', '{"text": "My card is', '{"language": {"My card is": 1}}'])(
    'that answers what cannot be read is told of without a word of it: %s',
    async (raw) => {
      ear.answer = () => ({ raw })
      const fault: unknown = await hear().catch((error: unknown) => error)
      expect(fault).toMatchObject({ again: 'later' })
      expect(inspect(fault, { depth: null, showHidden: true })).not.toContain('card')
    },
  )
})
