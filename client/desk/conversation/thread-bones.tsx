import { useI18n } from '../../i18n/use-i18n.ts'

/** The bubbles that will be, without their words. */
export function ThreadBones() {
  const { t } = useI18n()
  return (
    <div className="thread-bones" aria-busy="true">
      <p className="visually-hidden">{t('desk.loading')}</p>
      {['theirs', 'theirs', 'mine'].map((side, index) => (
        <div key={`${side}${index}`} className={`bone-bubble ${side}`} aria-hidden="true" />
      ))}
    </div>
  )
}
