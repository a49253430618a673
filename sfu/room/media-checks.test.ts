import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { NodeError } from '../errors.ts'
import { badDtls, badRtp, goodDtls, goodRtp } from '../testing/bad-media.ts'
import { checkDtlsParameters, checkRtpCapabilities, checkRtpParameters } from './media-checks.ts'

const badInput = expect.objectContaining({ code: 'badInput' })
const thrown = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return error
  }
}

describe('what a browser tells about itself', () => {
  it('passes when it is what browsers send, without what nobody knows', () => {
    expect(checkDtlsParameters({ ...goodDtls, extra: 1 })).toEqual(goodDtls)
    expect(checkRtpParameters({ ...goodRtp(1), extra: 1 })).toEqual(goodRtp(1))
    expect(checkRtpCapabilities({ codecs: [] })).toEqual({ codecs: [] })
  })

  it.each(Object.entries(badDtls))('is refused as DTLS: %s', (_, parameters) => {
    expect(thrown(() => checkDtlsParameters(parameters))).toEqual(badInput)
  })

  it.each(Object.entries(badRtp))('is refused as RTP: %s', (_, parameters) => {
    expect(thrown(() => checkRtpParameters(parameters))).toEqual(badInput)
  })

  it('never throws anything else', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (input) => {
        for (const check of [checkDtlsParameters, checkRtpParameters, checkRtpCapabilities]) {
          const result = thrown(() => check(input))
          if (result instanceof Error) expect(result).toBeInstanceOf(NodeError)
        }
      }),
    )
  })
})
