import { useStore } from '@nanostores/react'
import { useContext, useId } from 'react'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { DeskContext } from '../desk-context.ts'
import type { Desk } from '../desk.ts'
import type { Wish } from './push.ts'

/** Whether this browser is told while no page of the desk is in view. Nothing for those who answer nobody. */
export function PushChoice() {
  const desk = useContext(DeskContext)
  return desk ? <Choice desk={desk} /> : null
}

const hints = {
  on: 'desk.pushHint',
  off: 'desk.pushHint',
  busy: 'desk.pushHint',
  asking: 'desk.pushAsking',
  denied: 'desk.pushDenied',
  failed: 'desk.pushFailed',
  none: 'desk.pushNone',
} as const

function Choice({ desk: { push, me } }: { desk: Desk }) {
  const { t } = useI18n()
  const state = useStore(push.$state)
  const board = useStore(push.$board)
  const hint = useId()
  const on = state === 'on'
  const under = state === 'asking' || state === 'busy'
  // Disabled, it would lose the keyboard meanwhile.
  const choose = (wish: Wish) => {
    if (!under) void push.set(wish)
  }
  return (
    <fieldset className="choice push-choice">
      <legend>{t('desk.push')}</legend>
      <label className="check">
        <input
          type="checkbox"
          checked={on || under}
          disabled={state === 'none'}
          aria-describedby={hint}
          onChange={(event) => choose(event.currentTarget.checked ? 'on' : 'off')}
        />
        {t('desk.pushOn')}
      </label>
      {may(me.role, 'supervise') ? (
        <label className="check">
          <input
            type="checkbox"
            checked={board}
            disabled={!on && !under}
            onChange={(event) => choose(event.currentTarget.checked ? 'board' : 'on')}
          />
          {t('desk.pushBoard')}
        </label>
      ) : null}
      <p id={hint} className="quiet" role="status">
        {t(hints[state])}
      </p>
    </fieldset>
  )
}
