import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { textParts } from './rich-text.ts'

const links = (text: string) => textParts(text).flatMap((part) => (part.kind === 'link' ? [part.href] : []))

describe('the parts of a text', () => {
  it('finds addresses of pages and of mail, with and without a scheme', () => {
    expect(links('see example.com/a?b=1, or mail me@example.com.')).toEqual([
      'http://example.com/a?b=1',
      'mailto:me@example.com',
    ])
    expect(links('https://fa.wikipedia.org/wiki/تهران را ببین')).toEqual([
      'https://fa.wikipedia.org/wiki/تهران',
    ])
  })

  it.each(['javascript:alert(1)', 'data:text/html,hi', 'vbscript:x', 'ftp://example.com/x'])(
    'never makes a link of %s',
    (text) => {
      expect(links(text).filter((href) => !/^(https?|mailto):/.test(href))).toEqual([])
    },
  )

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        return (
          textParts(text)
            .map((part) => part.text)
            .join('') === text
        )
      }),
    )
  })
})
