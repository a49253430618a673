/** When a video shows a picture, and which. Firefox tells it from 132 on. */

type Told = (
  now: number,
  picture: Pick<VideoFrameCallbackMetadata, 'mediaTime' | 'expectedDisplayTime'>,
) => void

/** Else nothing tells where in a video one picture ends and the next begins. */
export const tellsFrames = (video: HTMLVideoElement): boolean => 'requestVideoFrameCallback' in video

/** Tells once of the next picture; where none is told of, of where the video is some four times a second. Returns how to give up. */
export function nextFrame(video: HTMLVideoElement, told: Told): () => void {
  if (tellsFrames(video)) {
    // oxlint-disable-next-line no-restricted-properties -- looked for just above
    const handle = video.requestVideoFrameCallback(told)
    return () => video.cancelVideoFrameCallback(handle)
  }
  const gone = new AbortController()
  const { signal } = gone
  const tell = () => {
    if (video.seeking) return
    gone.abort()
    const now = performance.now()
    told(now, { mediaTime: video.currentTime, expectedDisplayTime: now })
  }
  video.addEventListener('timeupdate', tell, { signal })
  video.addEventListener('seeked', tell, { signal })
  return () => gone.abort()
}
