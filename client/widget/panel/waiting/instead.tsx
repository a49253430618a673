import type { Outlook } from '../../../../server/contract/waiting.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { messageSquareIcon, micIcon, phoneIncomingIcon, videoIcon } from '../../../ui/icons.ts'

/** What was chosen and is being filled in. */
export type Way = 'leave' | 'callBack' | 'form'

type Props = {
  outlook: Outlook
  ways: Record<Way | 'speak', boolean>
  /** The message is here already: what is missing is where to answer it. */
  address: boolean
  choose: (way: Way) => void
  speak: (media: 'voice' | 'video') => void
}

/** The ways out of a wait, each a button. */
export function Instead({ outlook, ways, address, choose, speak }: Props) {
  const { t } = useI18n()
  const { callback, voicemail } = outlook
  return (
    <div className="outlook-ways" role="group" aria-label={t('waiting.instead')}>
      {ways.form ? <Button onClick={() => choose('form')}>{t('waiting.waitingForm')}</Button> : null}
      {ways.leave ? (
        <Button icon={messageSquareIcon} onClick={() => choose('leave')}>
          {t(address ? 'waiting.address' : 'waiting.leave')}
        </Button>
      ) : null}
      {ways.callBack && callback ? (
        <Button icon={phoneIncomingIcon} onClick={() => choose('callBack')}>
          {t('waiting.callMeBack')}
        </Button>
      ) : null}
      {ways.speak && voicemail ? (
        <Button icon={micIcon} onClick={() => speak('voice')}>
          {t('waiting.speak')}
        </Button>
      ) : null}
      {ways.speak && voicemail?.video ? (
        <Button icon={videoIcon} onClick={() => speak('video')}>
          {t('waiting.speakVideo')}
        </Button>
      ) : null}
    </div>
  )
}
