import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { RtpHeader, RtpPacket } from 'werift'
import { extensionOf, readRtp } from './rtp-packet.ts'

const PAYLOAD = Buffer.from('sound')

/** As another implementation makes them. */
const made = (header: Partial<RtpHeader>) =>
  new RtpPacket(
    new RtpHeader({ sequenceNumber: 65_535, timestamp: 4_000_000_000, ...header }),
    PAYLOAD,
  ).serialize()

const head = (first: number) => Buffer.concat([Buffer.of(first, 111), Buffer.alloc(10)])

describe('readRtp', () => {
  it('reads what another implementation made', () => {
    expect(readRtp(made({ marker: true, csrc: [1, 2, 3] }))).toEqual({
      ...{ sequence: 65_535, timestamp: 4_000_000_000, marker: true, payload: PAYLOAD },
      extensions: null,
    })
    expect(readRtp(made({ marker: false }))?.marker).toBe(false)
  })

  it.each([
    ['of one byte', 0xbede],
    ['of two bytes', 0x1000],
  ] as const)('finds extensions with heads %s', (_, extensionProfile) => {
    const extensions = [
      { id: 1, payload: Buffer.of(0x85) },
      { id: 4, payload: Buffer.from('sixteen bytes ok') },
    ]
    const packet = readRtp(made({ extension: true, extensionProfile, extensions }))
    if (packet === null) throw new Error('not read')
    expect([1, 4, 3].map((id) => extensionOf(packet, id)?.toString('latin1'))).toEqual([
      '\x85',
      'sixteen bytes ok',
      undefined,
    ])
    expect(packet.payload).toEqual(PAYLOAD)
  })

  it('leaves padding out', () => {
    const padded = Buffer.concat([head(0xa0), PAYLOAD, Buffer.of(0, 0, 3)])
    expect(readRtp(padded)?.payload).toEqual(PAYLOAD)
  })

  it('takes nothing for a packet that is none', () => {
    const extensionTooLong = Buffer.concat([head(0x90), Buffer.of(0xbe, 0xde, 0, 9), PAYLOAD])
    const paddingTooLong = Buffer.concat([head(0xa0), Buffer.of(2)])
    for (const bytes of [
      Buffer.alloc(0),
      head(0x40),
      head(0x8f),
      head(0x90),
      extensionTooLong,
      paddingTooLong,
    ])
      expect(readRtp(bytes)).toBeNull()
  })

  it('gives nothing of an extension that is cut off', () => {
    const packet = readRtp(Buffer.concat([head(0x90), Buffer.of(0xbe, 0xde, 0, 1, 0x1f, 1, 2, 3)]))
    expect(packet && extensionOf(packet, 1)).toBeNull()
  })

  it('comes to an end with whatever bytes', () => {
    const bytes = fc.uint8Array({ minLength: 12, maxLength: 60 }).map((some) => {
      const packet = Buffer.from(some)
      packet[0] = 0x90 | ((packet[0] ?? 0) & 0x21)
      return packet
    })
    const profiles = fc.constantFrom([0xbe, 0xde], [0x10, 0x00])
    fc.assert(
      fc.property(bytes, profiles, fc.nat({ max: 5 }), (packet, profile, words) => {
        packet.set([...profile, 0, words].slice(0, Math.max(0, packet.length - 12)), 12)
        const read = readRtp(packet)
        for (let id = 0; id < 256; id++) if (read !== null) extensionOf(read, id)
      }),
    )
  })
})
