import type { ProducerCodecOptions, RtpEncodingParameters } from 'mediasoup-client/types'
import type { Source } from '../../server/conversation/conversation.ts'

/**
 * Capture times of the sender's own clock, about once a second a stream: what keeps recorded sound and picture in
 * step. Browsers without the API to force it ignore this.
 */
export const forcedRtpExtensions = {
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time': true,
} as const

const SPEECH_BITS = 28_000

export type Encoding = { encodings?: RtpEncodingParameters[]; codecOptions?: ProducerCodecOptions }

/** How each source is sent: speech for a voice, three sizes of a camera, one sharp picture of a screen. */
export function encodingOf(source: Source): Encoding {
  switch (source) {
    case 'mic':
      return {
        encodings: [{ maxBitrate: SPEECH_BITS, networkPriority: 'high', priority: 'high' }],
        codecOptions: {
          opusStereo: false,
          opusDtx: true,
          opusFec: true,
          opusNack: true,
          opusMaxAverageBitrate: SPEECH_BITS,
        },
      }
    case 'cam':
      return {
        encodings: [
          { scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T1' },
          { scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T1' },
          { scaleResolutionDownBy: 1, maxBitrate: 1_400_000, scalabilityMode: 'L1T1' },
        ],
        codecOptions: { videoGoogleStartBitrate: 800 },
      }
    case 'screen':
      return {
        encodings: [{ maxBitrate: 2_000_000, maxFramerate: 15 }],
        codecOptions: { videoGoogleStartBitrate: 1_000 },
      }
  }
}
