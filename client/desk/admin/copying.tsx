import { useI18n } from '../../i18n/use-i18n.ts'
import { IconButton } from '../../ui/button.tsx'
import { copyIcon } from '../../ui/icons.ts'
import { showToast } from '../../ui/toast.tsx'
import { useFail } from '../use-fail.ts'

/** Shown once, to be handed on. */
export function Secret({ words, text }: { words: string; text: string }) {
  return (
    <div className="secret" role="status">
      <p>{words}</p>
      <div className="row">
        <code dir="ltr">{text}</code>
        <Copy text={text} />
      </div>
    </div>
  )
}

export function Copy({ text }: { text: string }) {
  const { t } = useI18n()
  const fail = useFail()
  const copy = () =>
    void navigator.clipboard.writeText(text).then(() => showToast({ text: t('desk.copied') }), fail)
  return <IconButton icon={copyIcon} label={t('desk.copy')} onClick={copy} />
}
