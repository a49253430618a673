import { describe, expect, it } from '@jest/globals'
import { contentDisposition, safeFileName } from './file-name.ts'

describe('safeFileName', () => {
  it.each([
    ['order.pdf', 'order.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\invoice.pdf', 'invoice.pdf'],
    ['photo\u202Egnp.exe', 'photognp.exe'],
    ['a\r\nSet-Cookie: b.txt', 'aSet-Cookie_ b.txt'],
    ['.htaccess', 'htaccess'],
    ['...', 'file'],
    ['', 'file'],
    ['می\u200cخواهم.png', 'می\u200cخواهم.png'],
    ['<img src=x>.svg', '_img src=x_.svg'],
  ])('%j becomes %j', (given, safe) => {
    expect(safeFileName(given)).toBe(safe)
  })

  it('shortens by whole characters and keeps the extension', () => {
    for (const [letter, most] of [
      ['x', 150],
      ['ش', 102],
      ['😀', 53],
    ] as const) {
      const safe = safeFileName(`${letter.repeat(400)}.jpeg`)
      expect([...safe]).toHaveLength(most)
      expect(safe.endsWith(`${letter}.jpeg`)).toBe(true)
      expect(safe.isWellFormed()).toBe(true)
      // With an id before it, too, a disk takes it.
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255 - 37)
    }
  })
})

describe('contentDisposition', () => {
  it('is always an attachment, with the true name in UTF-8', () => {
    expect(contentDisposition('قبض "1".pdf')).toBe(
      `attachment; filename="___ _1_.pdf"; filename*=UTF-8''${encodeURIComponent('قبض "1".pdf')}`,
    )
    expect(contentDisposition("a'b(c)*.txt")).toContain("UTF-8''a%27b%28c%29%2A.txt")
  })
})
