import * as werift from 'werift'

/** A peer connection that speaks Opus and VP8 and has no STUN server to wait for. */
class PeerConnection extends werift.RTCPeerConnection {
  constructor() {
    super({
      codecs: {
        audio: [new werift.RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
        video: [
          new werift.RTCRtpCodecParameters({
            mimeType: 'video/VP8',
            clockRate: 90_000,
            rtcpFeedback: [werift.useNACK(), werift.usePLI()],
          }),
        ],
      },
      headerExtensions: {
        audio: [werift.useSdesMid(), werift.useAbsSendTime()],
        video: [werift.useSdesMid(), werift.useAbsSendTime()],
      },
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
    })
  }

  // mediasoup-client reads `sdp` of what this returns and passes the whole back: a plain object serves both.
  override async createOffer(options?: { iceRestart?: boolean }): Promise<werift.RTCSessionDescription> {
    const { type, sdp } = await super.createOffer(options)
    return { type, sdp } as werift.RTCSessionDescription
  }
}

/** Gives mediasoup-client's browser handler the globals it expects, made of werift. Safe to call twice. */
export function installWeriftGlobals(): void {
  Object.assign(globalThis, {
    RTCPeerConnection: PeerConnection,
    MediaStream: werift.MediaStream,
    MediaStreamTrack: werift.MediaStreamTrack,
    RTCSessionDescription: werift.RTCSessionDescription,
    RTCIceCandidate: werift.RTCIceCandidate,
  })
}
