import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import type { Task } from '../../../../server/waiting/waiting.ts'
import { createI18n } from '../../../i18n/i18n.ts'
import { loadMessages } from '../../../i18n/load.ts'
import { I18nContext } from '../../../i18n/use-i18n.ts'
import type { Outlooks } from './outlook.ts'
import { TaskLines } from './task-lines.tsx'
import type { TellMe } from './tell-me.ts'
import type { Waiter } from './waiter.ts'

const i18n = createI18n('en', await loadMessages('en', ['waiting', 'widget']))
const task = { kind: 'callback', at: null, tried: 0 } as unknown as Task
/** They wait for a call-back that nobody has begun. */
const visit = {
  thread: {
    $view: atom({ events: [], conversationId: 'one', state: { phase: { name: 'queued', since: 0 } } }),
  },
  wire: { serverNow: () => 0 },
} as unknown as Waiter
const drawn = (open: boolean) =>
  renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <TaskLines
        {...{ visit, task, team: { online: open, open, opensAt: null, full: false } }}
        outlooks={{ $place: atom(null) } as unknown as Outlooks}
        tellMe={{ $state: atom('none') } as unknown as TellMe}
      />
    </I18nContext.Provider>,
  )

it('who is to be called back is offered to wait here instead, but not before a queue that is closed', () => {
  expect(drawn(true)).toContain('Wait here instead')
  expect(drawn(false)).not.toContain('Wait here instead')
})
