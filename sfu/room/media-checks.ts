/**
 * What browsers tell about themselves, checked before mediasoup sees it. mediasoup checks the outline; a worker has
 * died of what was inside (empty fingerprints), so shape, sizes and counts are bounded here. Unknown keys are dropped.
 */
import type { types } from 'mediasoup'
import * as z from 'zod'
import { NodeError } from '../errors.ts'

const digestBytes = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const

const Fingerprint = z
  .object({
    algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
    value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/),
  })
  .refine((it) => it.value.length === digestBytes[it.algorithm] * 3 - 1, 'fingerprint of a wrong length')

const DtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z.array(Fingerprint).min(1).max(8),
})

const Uint32 = z.int().min(0).max(0xffff_ffff)
const Ssrc = z.int().min(1).max(0xffff_ffff)
const PayloadType = z.int().min(0).max(127)
const Word = z.string().max(256)
const CodecParameters = z
  .record(z.string().max(64), z.union([Word, z.number(), z.boolean(), z.null()]))
  .refine((it) => Object.keys(it).length <= 32, 'too many codec parameters')
const Feedback = z
  .array(z.object({ type: z.string().max(32), parameter: z.string().max(32).optional() }))
  .max(16)
const codec = {
  mimeType: z.string().regex(/^(audio|video)\/[A-Za-z0-9._+-]{1,32}$/),
  clockRate: z.int().min(1).max(1_000_000),
  channels: z.int().min(1).max(8).optional(),
  parameters: CodecParameters.optional(),
  rtcpFeedback: Feedback.optional(),
}
const ExtensionUri = z.string().min(1).max(200)
const ExtensionId = z.int().min(1).max(255)

const RtpParameters = z.object({
  mid: z.string().max(8).optional(),
  codecs: z
    .array(z.object({ ...codec, payloadType: PayloadType }))
    .min(1)
    .max(8),
  headerExtensions: z
    .array(
      z.object({
        uri: ExtensionUri,
        id: ExtensionId,
        encrypt: z.boolean().optional(),
        parameters: CodecParameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: Ssrc.optional(),
        rid: z
          .string()
          .regex(/^[A-Za-z0-9]{1,16}$/)
          .optional(),
        codecPayloadType: PayloadType.optional(),
        rtx: z.object({ ssrc: Ssrc }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z
          .string()
          .regex(/^[LS][1-3]T[1-3]([A-Za-z_]{0,8})$/)
          .optional(),
        maxBitrate: Uint32.optional(),
      }),
    )
    .min(1)
    .max(4),
  rtcp: z
    .object({
      cname: z.string().max(128).optional(),
      reducedSize: z.boolean().optional(),
      mux: z.boolean().optional(),
    })
    .optional(),
  msid: z.string().max(256).optional(),
})

const RtpCapabilities = z.object({
  codecs: z
    .array(z.object({ ...codec, kind: z.enum(['audio', 'video']), preferredPayloadType: PayloadType }))
    .max(64),
  headerExtensions: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        uri: ExtensionUri,
        preferredId: ExtensionId,
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
})

/** Throws `badInput`. */
export function checkDtlsParameters(raw: unknown): types.DtlsParameters {
  return check(DtlsParameters, raw, 'dtlsParameters')
}

/** Throws `badInput`. One SSRC may stand in one place only, and every encoding must be addressable. */
export function checkRtpParameters(raw: unknown): types.RtpParameters {
  const parameters = check(RtpParameters, raw, 'rtpParameters')
  const ssrcs = parameters.encodings.flatMap((it) => [it.ssrc, it.rtx?.ssrc]).filter((it) => it !== undefined)
  if (new Set(ssrcs).size !== ssrcs.length)
    throw new NodeError('badInput', 'rtpParameters: an SSRC stands twice')
  if (parameters.encodings.some((it) => it.ssrc === undefined && it.rid === undefined)) {
    throw new NodeError('badInput', 'rtpParameters: an encoding without SSRC and RID')
  }
  // The extension's address is a closed set of names in mediasoup's types; unknown ones are ignored by it.
  return parameters as types.RtpParameters
}

/** Throws `badInput`. */
export function checkRtpCapabilities(raw: unknown): types.RtpCapabilities {
  return check(RtpCapabilities, raw, 'rtpCapabilities') as types.RtpCapabilities
}

function check<T>(schema: z.ZodType<T>, raw: unknown, name: string): T {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new NodeError('badInput', `${name}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'bad'}`)
}
