import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import * as real from 'socket.io-parser'
import { decode, encode, type Packet } from './text-parser.ts'

const json = fc.jsonValue()
const namespace = fc.constantFrom('/', '/visitor', '/desk')
const id = fc.option(fc.nat(), { nil: undefined })
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    type: fc.constant(0),
    nsp: namespace,
    data: fc.option(fc.dictionary(fc.string(), json), { nil: undefined }),
  }),
  fc.record({ type: fc.constant(1), nsp: namespace }),
  fc.record({
    type: fc.constant(2),
    nsp: namespace,
    id,
    data: fc.array(json).map((rest) => ['push', ...rest]),
  }),
  fc.record({ type: fc.constant(3), nsp: namespace, id: fc.nat(), data: fc.array(json) }),
  fc.record({ type: fc.constant(4), nsp: namespace, data: fc.dictionary(fc.string(), json) }),
)

function decodeAsTheyDo(text: string): unknown {
  const decoder = new real.Decoder()
  let decoded: unknown
  decoder.on('decoded', (one: unknown) => {
    decoded = one
  })
  decoder.add(text)
  return decoded
}

/** Optional fields may be missing or undefined; the wire knows no difference. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('the text parser', () => {
  it('writes and reads exactly what socket.io’s own does', () => {
    fc.assert(
      fc.property(packet, (one) => {
        const text = encode(one)
        expect([text]).toEqual(new real.Encoder().encode(one as real.Packet))
        expect(plain(decode(text))).toEqual(plain(decodeAsTheyDo(text)))
      }),
      { numRuns: 500 },
    )
  })

  it('refuses what is not a text packet', () => {
    for (const bad of ['', 'x', '51-["a"]', '2/visitor,["half', new ArrayBuffer(2)])
      expect(() => decode(bad)).toThrow()
  })
})
