import { describe, expect, it } from '@jest/globals'
import type { MaskBody } from '../contract/masking.ts'
import { event } from '../conversation/conversation.log.ts'
import { compileRules, maskEvent, maskText } from './masking.policy.ts'
import { tryRule } from './try.policy.ts'

const rule = (over: Partial<MaskBody> = {}): MaskBody => ({
  ...{ name: 'r', what: 'pattern', pattern: '\\bORD-\\d{4}\\b', mode: 'mask', keepLast: 0 },
  ...over,
})
const CARD = '4539 1488 0343 6467'

describe('masking', () => {
  it('needs no rule for card numbers, and keeps their last four digits by one', () => {
    expect(maskText(`it is ${CARD}.`, compileRules([]))).toEqual({
      text: 'it is •••• •••• •••• ••••.',
      kept: null,
    })
    expect(maskText(CARD, compileRules([rule({ what: 'card' })])).text).toBe('•••• •••• •••• 6467')
    expect(maskText('۴۵۳۹-۱۴۸۸-۰۳۴۳-۶۴۶۷', compileRules([rule({ what: 'card' })])).text).toBe(
      '••••-••••-••••-۶۴۶۷',
    )
  })

  it('masks for good what a pattern finds, but the end it keeps', () => {
    const { text, kept } = maskText('ord-1234 and ORD-5678', compileRules([rule({ keepLast: 2 })]))
    expect(text).toBe('•••-••34 and •••-••78')
    expect(kept).toBeNull()
  })

  it('keeps what is hidden apart, never with a card number or what is masked for good', () => {
    const rules = compileRules([rule({ mode: 'hide' }), rule({ pattern: 'secret' })])
    expect(maskText(`ORD-1234 secret ${CARD}`, rules)).toEqual({
      text: '•••-•••• •••••• •••• •••• •••• ••••',
      kept: 'ORD-1234 •••••• •••• •••• •••• ••••',
    })
    expect(maskText('nothing', rules)).toEqual({ text: 'nothing', kept: null })
  })

  it('goes through every kind of event that holds words', () => {
    const rules = compileRules([rule({ mode: 'hide' })])
    const file = { id: 'f', name: `${CARD}.png`, type: 'image/png', bytes: 1 }
    const told = maskEvent(event('message', { text: 'ORD-1234', attachments: [file] }), rules)
    expect(told).toMatchObject({
      kept: 'ORD-1234',
      body: {
        payload: { text: '•••-••••', hidden: true, attachments: [{ name: '•••• •••• •••• ••••.png' }] },
      },
    })
    const words = [
      event('note', { text: CARD }),
      event('transferred', { to: { kind: 'queue', id: null, name: '' }, note: CARD }),
      event('formAnswered', { purpose: 'preChat', answers: [{ label: 'l', type: 'text', value: CARD }] }),
    ]
    for (const body of words) expect(JSON.stringify(maskEvent(body, rules).body)).not.toContain('4539')
    const other = event('ended', { by: 'visitor' })
    expect(maskEvent(other, rules)).toEqual({ body: other, kept: null })
  })

  it('can be tried, and says what is wrong', () => {
    expect(tryRule({ rule: rule(), text: `ORD-1234 ${CARD}` })).toEqual({
      text: '•••-•••• •••• •••• •••• ••••',
      fault: null,
    })
    expect(tryRule({ rule: rule({ pattern: '(a' }), text: '' })).toEqual({
      text: null,
      fault: 'A bracket is not closed',
    })
  })
})
