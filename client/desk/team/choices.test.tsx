import { describe, expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import type { Colleagues } from '../../../server/contract/desk.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import { choicesOf, type Doubt } from './choices.ts'
import { Pause } from './people-dialog.tsx'

const i18n = createI18n('en', await loadMessages('en', ['team']))

const line = (name: string, takes: Pick<Colleagues['queues'][number], 'open' | 'staffed' | 'free'>) => ({
  ...{ id: name || null, name, waiting: 2 },
  ...takes,
})
const known: Colleagues = {
  agents: [
    { id: 'a', name: 'Amir', status: 'away', free: false },
    { id: 'b', name: 'Bella', status: 'available', free: true },
  ],
  queues: [
    line('', { open: true, staffed: true, free: true }),
    line('Billing', { open: false, staffed: true, free: true }),
    line('Returns', { open: true, staffed: false, free: true }),
    line('Board', { open: false, staffed: false, free: false }),
  ],
}

describe('to whom something can be given', () => {
  it('who is free comes first; queues say what gives pause, and cannot be chosen where nobody would come', () => {
    expect(choicesOf(known, '', i18n.t).map(({ name, free, doubt }) => [name, free, doubt])).toEqual([
      ['Bella', true, null],
      ['Amir', false, null],
      ['Everybody’s queue', true, null],
      ['Billing', true, 'closed'],
      ['Returns', true, 'unstaffed'],
      ['Board', false, 'closed'],
    ])
  })

  it('is found by a part of the name', () => {
    expect(choicesOf(known, ' BILL', i18n.t).map(({ to }) => to)).toEqual([{ kind: 'queue', id: 'Billing' }])
  })
})

describe('the second word', () => {
  it.each<[Doubt, string]>([
    ['closed', 'is closed now'],
    ['unstaffed', 'is at work now'],
  ])('is asked for with what waiting there would mean: %s', (doubt, words) => {
    const drawn = renderToStaticMarkup(
      <I18nContext.Provider value={i18n}>
        <Pause name="Billing" doubt={doubt} anyway={false} setAnyway={() => undefined} />
      </I18nContext.Provider>,
    )
    for (const part of [words, 'Billing', 'role="status"', 'Give it there anyway'])
      expect(drawn).toContain(part)
    expect(drawn).not.toContain('checked')
  })
})
