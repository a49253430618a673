import { describe, expect, it } from '@jest/globals'
import { codedVp8, vp8Payload } from '../testing/coded-media.ts'
import { Vp8Assembler } from './vp8-frames.ts'

describe('Vp8Assembler', () => {
  const send = (to: Vp8Assembler, frame: Buffer, rtp: number) => {
    to.push(vp8Payload(frame.subarray(0, 500), true), rtp, false)
    return to.push(vp8Payload(frame.subarray(500), false), rtp, true)
  }

  it('begins at a keyframe and tells its size', () => {
    const vp8 = new Vp8Assembler()
    expect(send(vp8, codedVp8(0, false), 0)).toBeNull()
    const key = codedVp8(1, true, 1280, 720)
    expect(send(vp8, key, 3000)).toEqual({ data: key, key: true, width: 1280, height: 720, rtp: 3000 })
    expect(send(vp8, codedVp8(2, false), 6000)).toMatchObject({ key: false })
  })

  it('after a loss gives nothing until the next keyframe', () => {
    const vp8 = new Vp8Assembler()
    send(vp8, codedVp8(0, true), 0)
    // The first packet of this frame is lost.
    expect(vp8.push(vp8Payload(Buffer.alloc(9), false), 3000, true)).toBeNull()
    expect(vp8.waitsForKeyframe).toBe(true)
    expect(send(vp8, codedVp8(2, false), 6000)).toBeNull()
    expect(send(vp8, codedVp8(3, true), 9000)).not.toBeNull()
  })

  it('survives packets that are not VP8', () => {
    const vp8 = new Vp8Assembler()
    for (const payload of [[], [0x80], [0x80, 0x80], [0xff, 0xff], [0x90, 0x80, 0x80]]) {
      expect(vp8.push(Buffer.from(payload), 0, true)).toBeNull()
    }
  })
})
