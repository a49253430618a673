import { describe, expect, it } from '@jest/globals'
import type { Reply } from '../../../server/contract/reply.ts'
import { triggerAt } from '../suggest/trigger.ts'
import { contents, fillIn, findReplies, under } from './replies.ts'

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

describe('folders stand in folders', () => {
  const list = [
    reply('Hello'),
    reply('When', { folder: 'Delivery' }),
    reply('Late', { folder: 'Delivery/Late orders', language: 'en' }),
    reply('Later', { folder: 'delivery/Late orders', language: 'fa' }),
    reply('Lost', { folder: 'Delivery/Late orders/Abroad' }),
    reply('Refund', { folder: 'Billing' }),
  ]
  const shown = (path: string[], locale = 'en') => {
    const { folders, replies } = contents(list, path, locale)
    return [...folders.map(({ name, count }) => `${name} ${count}`), ...replies.map(({ id }) => id)]
  }

  it('and each shows what stands in it, with how much is under its folders', () => {
    expect(shown([])).toEqual(['Billing 1', 'Delivery 4', 'Hello'])
    expect(shown(['Delivery'])).toEqual(['Late orders 3', 'When'])
    expect(shown(['Delivery', 'Late orders'])).toEqual(['Abroad 1', 'Late', 'Later'])
    expect(shown(['Delivery', 'Late orders'], 'fa')).toEqual(['Abroad 1', 'Later', 'Late'])
  })

  it('and a search looks through all under the open one, by the folders’ names, too', () => {
    const found = (path: string[], query: string) =>
      findReplies(under(list, path), query, 'en').map(({ id }) => id)
    expect(found(['Delivery'], 'abroad')).toEqual(['Lost'])
    expect(found([], 'ref')).toEqual(['Refund'])
    expect(found(['Delivery'], 'ref')).toEqual([])
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
