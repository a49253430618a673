/** What a hostile or broken browser may tell the node: each must be an error to the caller and nothing to others. */

const fingerprint = { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }
export const goodDtls = { role: 'client', fingerprints: [fingerprint] }

export function goodRtp(ssrc: number): Record<string, unknown> {
  return {
    mid: '0',
    codecs: [
      { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: { usedtx: 1 } },
    ],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 }],
    encodings: [{ ssrc }],
    rtcp: { cname: 'c', reducedSize: true },
  }
}

const rtp = (changes: Record<string, unknown>) => ({ ...goodRtp(77), ...changes })

export const badDtls: Record<string, Record<string, unknown>> = {
  'no fingerprints': { role: 'client', fingerprints: [] },
  'nothing at all': {},
  'a fingerprint of another algorithm': { fingerprints: [{ ...fingerprint, algorithm: 'md5' }] },
  'a fingerprint too short for its algorithm': { fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] },
  'a fingerprint that is not hex': {
    fingerprints: [{ ...fingerprint, value: Array(32).fill('XY').join(':') }],
  },
  'a fingerprint of a million bytes': { fingerprints: [{ ...fingerprint, value: 'AB:'.repeat(300_000) }] },
  'nine fingerprints': { fingerprints: Array(9).fill(fingerprint) },
  'another role': { ...goodDtls, role: 'both' },
  'a list for an object': { fingerprints: { 0: fingerprint, length: 1 } },
}

export const badRtp: Record<string, Record<string, unknown>> = {
  'no codecs': rtp({ codecs: [] }),
  'a hundred codecs': rtp({
    codecs: Array(100).fill({ mimeType: 'audio/opus', payloadType: 1, clockRate: 1 }),
  }),
  'no encodings': rtp({ encodings: [] }),
  'a thousand encodings': rtp({ encodings: Array.from({ length: 1000 }, (_, ssrc) => ({ ssrc: ssrc + 1 })) }),
  'an encoding without SSRC and RID': rtp({ encodings: [{}] }),
  'one SSRC twice': rtp({ encodings: [{ ssrc: 5 }, { ssrc: 5 }] }),
  'one SSRC for media and repair': rtp({ encodings: [{ ssrc: 5, rtx: { ssrc: 5 } }] }),
  'SSRC 0': rtp({ encodings: [{ ssrc: 0 }] }),
  'an SSRC over 32 bits': rtp({ encodings: [{ ssrc: 2 ** 32 }] }),
  'an SSRC of 2^53': rtp({ encodings: [{ ssrc: 2 ** 53 }] }),
  'a fraction for a payload type': rtp({
    codecs: [{ mimeType: 'audio/opus', payloadType: 1.5, clockRate: 48_000 }],
  }),
  'a payload type over 127': rtp({
    codecs: [{ mimeType: 'audio/opus', payloadType: 300, clockRate: 48_000 }],
  }),
  'a name that is no codec': rtp({ codecs: [{ mimeType: '../../etc', payloadType: 1, clockRate: 48_000 }] }),
  'a thousand codec parameters': rtp({
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48_000,
        parameters: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`p${index}`, 1])),
      },
    ],
  }),
  'an extension of id 0': rtp({ headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 0 }] }),
  'a cname of a megabyte': rtp({ rtcp: { cname: 'x'.repeat(900_000) } }),
  'a mid of a megabyte': rtp({ mid: 'x'.repeat(900_000) }),
  'a scalability mode with ten million layers': rtp({
    encodings: [{ ssrc: 1, scalabilityMode: 'L9999999T9' }],
  }),
}
