import type { Player } from './player.ts'

/** As cameras have it by default. */
const [WIDTH, HEIGHT, TEXT] = [640, 360, 28]

/**
 * Words in place of a picture that is not there just now, in the colours of what is around the video: nobody takes the last one for
 * what goes on. Returns the way to what the video shows else.
 */
export function showWords(video: HTMLVideoElement, words: string, player: Player): () => void {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const around = getComputedStyle(video.parentElement ?? video)
  const stream = canvas.captureStream()
  const pen = canvas.getContext('2d')
  if (pen) {
    pen.fillStyle = around.backgroundColor
    pen.fillRect(0, 0, WIDTH, HEIGHT)
    pen.fillStyle = around.color
    pen.font = `${TEXT}px ${around.fontFamily}`
    pen.textAlign = 'center'
    pen.fillText(words, WIDTH / 2, HEIGHT / 2, WIDTH)
  }
  video.srcObject = stream
  const stop = player.$running.subscribe((running) => {
    // A pause that follows at once interrupts it; nothing is lost by that.
    if (running) video.play().catch(() => undefined)
    else video.pause()
  })
  return () => {
    stop()
    video.srcObject = null
  }
}
