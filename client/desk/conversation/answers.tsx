import { useStore } from '@nanostores/react'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Room } from '../desk.ts'

/** What the visitor answered in forms: their own word, which nobody has checked. */
export function Answers({ room }: { room: Room }) {
  const { t } = useI18n()
  const { events } = useStore(room.thread.$view)
  const answers = events.flatMap((one) => (one.type === 'formAnswered' ? one.payload.answers : []))
  if (answers.length === 0) return null
  return (
    <>
      <h3>{t('desk.answers')}</h3>
      <dl className="facts">
        {answers.map(({ label, type, value }, index) => (
          // Answers are only ever added.
          <div key={index}>
            <dt>
              <bdi>{label}</bdi>
            </dt>
            <dd>
              <bdi dir={type === 'email' || type === 'phone' ? 'ltr' : 'auto'}>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
