import { describe, expect, it } from '@jest/globals'
import { nextFrame, tellsFrames } from './frames.ts'

/** Of a video in a browser that tells of no frames. */
const old = () => Object.assign(new EventTarget(), { seeking: false, currentTime: 3 })
const asVideo = (video: ReturnType<typeof old>): HTMLVideoElement => video as unknown as HTMLVideoElement

describe('where frames are not told of', () => {
  it('where the video is stands for what it shows, once for each time that it is asked', () => {
    const video = old()
    expect(tellsFrames(asVideo(video))).toBe(false)
    const told: number[] = []
    nextFrame(asVideo(video), (_, { mediaTime }) => told.push(mediaTime))
    video.dispatchEvent(new Event('timeupdate'))
    video.dispatchEvent(new Event('timeupdate'))
    expect(told).toEqual([3])
  })

  it('a place that is still sought is not shown yet', () => {
    const video = old()
    const told: number[] = []
    nextFrame(asVideo(video), (_, { mediaTime }) => told.push(mediaTime))
    Object.assign(video, { seeking: true, currentTime: 7 })
    video.dispatchEvent(new Event('timeupdate'))
    expect(told).toEqual([])
    video.seeking = false
    video.dispatchEvent(new Event('seeked'))
    expect(told).toEqual([7])
  })

  it('who asks again while told is told of the next, and who gives up of none', () => {
    const video = old()
    const told: number[] = []
    let giveUp = () => undefined as void
    const ask = () => {
      giveUp = nextFrame(asVideo(video), (_, { mediaTime }) => {
        ask()
        told.push(mediaTime)
      })
    }
    ask()
    video.dispatchEvent(new Event('timeupdate'))
    video.currentTime = 4
    video.dispatchEvent(new Event('timeupdate'))
    expect(told).toEqual([3, 4])
    giveUp()
    video.dispatchEvent(new Event('timeupdate'))
    expect(told).toEqual([3, 4])
  })
})
