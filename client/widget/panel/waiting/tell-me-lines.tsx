import { useStore } from '@nanostores/react'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import type { TellMe } from './tell-me.ts'

const troubles = {
  asking: 'waiting.tellAsking',
  blocked: 'waiting.tellBlocked',
  denied: 'waiting.tellDenied',
  failed: 'waiting.tellFailed',
} as const

/** What happens when the page is closed before one is called back, and what can be done about it. */
export function TellMeLines({ tellMe }: { tellMe: TellMe }) {
  const { t } = useI18n()
  const state = useStore(tellMe.$state)
  return (
    <>
      <p className="quiet">{t(state === 'on' ? 'waiting.backTold' : 'waiting.backHere')}</p>
      {state in troubles ? <p>{t(troubles[state as keyof typeof troubles])}</p> : null}
      {state === 'none' ? null : state === 'on' ? (
        <Button look="quiet" onClick={tellMe.stop}>
          {t('waiting.tellMeNot')}
        </Button>
      ) : (
        <Button busy={state === 'asking'} onClick={tellMe.ask}>
          {t('waiting.tellMe')}
        </Button>
      )}
    </>
  )
}
