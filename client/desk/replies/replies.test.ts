import { describe, expect, it } from '@jest/globals'
import type { Reply } from '../../../server/contract/reply.ts'
import { triggerAt } from '../suggest/trigger.ts'
import { fillIn, findReplies } from './replies.ts'

const reply = (id: string, over: Partial<Reply> = {}): Reply => ({
  ...{ id, own: false, name: id, folder: '', language: null, text: 'Text' },
  ...over,
})

describe('the word that is looked for', () => {
  it.each([
    ['/hel', 4, { from: 0, query: 'hel' }],
    ['Good day /', 10, { from: 9, query: '' }],
    ['Good day /hel and more', 13, { from: 9, query: 'hel' }],
    ['one\n/x', 6, { from: 4, query: 'x' }],
    ['https://shop.example', 20, null],
    ['1/2', 3, null],
    ['/hel lo', 7, null],
    [`/${'x'.repeat(60)}`, 61, null],
  ])('%j at %i', (text, caret, found) => {
    expect(triggerAt(text, caret, '/')).toEqual(found)
  })
})

describe('replies are found', () => {
  const ids = (list: readonly Reply[], query: string, locale = 'en') =>
    findReplies(list, query, locale).map(({ id }) => id)

  it('by the beginning of the name, then of any word, then anywhere', () => {
    const list = [
      ...[
        reply('in text', { text: 'When will it be delivered?' }),
        reply('Late delivery'),
        reply('Delivery'),
      ],
      ...[reply('Returns', { folder: 'Delivery' }), reply('Other')],
    ]
    expect(ids(list, 'DELI')).toEqual(['Delivery', 'Late delivery', 'Returns', 'in text'])
  })

  it('in the visitor’s language first, one’s own before everybody’s', () => {
    const list = [reply('a', { language: 'en' }), reply('b', { own: true }), reply('c', { language: 'fa' })]
    expect(ids(list, '', 'fa')).toEqual(['b', 'c', 'a'])
    expect(ids(list, '', 'en')).toEqual(['b', 'a', 'c'])
  })

  it('whatever the composition of their letters', () => {
    expect(ids([reply('Café')], 'cafe\u0301')).toEqual(['Café'])
  })
})

describe('a reply is filled in', () => {
  it('with what is known, and what is not is the first to be written', () => {
    const text = 'Dear {visitor.name}, this is {agent.name}. Mail: {visitor.email} {x.y}'
    expect(fillIn(text, { 'visitor.name': 'Mina', 'agent.name': 'Sara' })).toEqual({
      text: 'Dear Mina, this is Sara. Mail: {visitor.email} {x.y}',
      gap: [31, 46],
    })
    expect(fillIn('Hi {visitor.name}', { 'visitor.name': null }).gap).toEqual([3, 17])
    expect(fillIn('Hi {x}', {})).toEqual({ text: 'Hi {x}', gap: null })
  })

  it('does not fill in what a name brings along', () => {
    const values = { 'visitor.name': '{agent.name}', 'agent.name': 'Sara' }
    expect(fillIn('{visitor.name}', values).text).toBe('{agent.name}')
  })
})
