import { useEffect, useRef } from 'react'

type VideoProps = {
  stream: MediaStream
  /** One's own camera is shown as in a mirror. */
  mirrored?: boolean
  label: string
  className?: string
}

/** A picture without its sound, which is played elsewhere. */
export function Video({ stream, mirrored = false, label, className = '' }: VideoProps) {
  const element = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const video = element.current
    if (!video) return
    video.muted = true
    if (video.srcObject !== stream) video.srcObject = stream
    // A picture that may not start by itself starts with the next click; the element says so itself.
    const start = () => void video.play().catch(() => undefined)
    start()
    return () => {
      video.srcObject = null
    }
  }, [stream])
  return (
    <video
      ref={element}
      className={`call-video ${mirrored ? 'mirror' : ''} ${className}`}
      aria-label={label}
      autoPlay
      playsInline
      muted
    />
  )
}
