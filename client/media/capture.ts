/** Asks the browser for a device, as its person chose it. */
import type { Source } from '../../server/conversation/conversation.ts'
import { type Processing, processingConstraints, recallProcessing } from './processing.ts'

function constraints(
  source: 'mic' | 'cam',
  deviceId: string | null,
  processing = recallProcessing(deviceId),
): MediaStreamConstraints {
  const chosen = deviceId ? { deviceId: { exact: deviceId } } : {}
  if (source === 'mic')
    return { audio: { ...processingConstraints(processing), channelCount: { ideal: 1 }, ...chosen } }
  const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } }
  return { video: { ...picture, ...(deviceId ? {} : { facingMode: 'user' }), ...chosen } }
}

/**
 * Rejects as the browser does; a remembered device that is gone is replaced by any other. `processing`: other than what is
 * remembered for that microphone.
 */
export async function capture(
  source: Source,
  deviceId: string | null,
  processing?: Processing,
): Promise<MediaStreamTrack> {
  const { mediaDevices } = navigator
  if (source === 'screen') {
    const stream = await mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 } },
      audio: false,
    })
    return only(stream)
  }
  try {
    return only(await mediaDevices.getUserMedia(constraints(source, deviceId, processing)))
  } catch (error) {
    // The remembered device is gone: any other will do.
    const gone =
      error instanceof Error && (error.name === 'OverconstrainedError' || error.name === 'NotFoundError')
    if (!gone || !deviceId) throw error
    return only(await mediaDevices.getUserMedia(constraints(source, null, processing)))
  }
}

function only(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getTracks()
  if (!track) throw new DOMException('no track', 'NotFoundError')
  return track
}
