import type { ReactNode } from 'react'
import type { SpokenLine } from '../../server/contract/transcript.ts'
import { dayWithin } from '../i18n/day-within.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { SpokenItem } from '../model/timeline-item.ts'
import { type BubbleActs, Seek } from '../ui/bubble.tsx'
import { Pill } from '../ui/pill.tsx'
import { Written } from '../ui/written.tsx'
import { isUnsure } from './spoken.ts'
import './spoken.css'

type SaidProps = { item: SpokenItem; acts: BubbleActs; children?: ReactNode }

/** Something said, as it was heard or as somebody has set it right; never looks like something written. */
export function Said({ item, acts, children }: SaidProps) {
  const { t, time } = useI18n()
  const { line } = item
  const side = line.role === 'visitor' || line.role === 'guest' ? 'visitor' : 'agent'
  const who = line.speaker ?? (side === 'agent' ? t('ui.agent') : (acts.unnamed ?? t('ui.visitor')))
  return (
    <div
      className={`spoken ${side} ${acts.highlighted === item.key ? 'highlighted' : ''}`}
      data-key={item.key}
      data-goes-on={item.goesOn}
      data-unsure={isUnsure(line)}
    >
      <div className="spoken-head">
        <bdi className={item.goesOn ? 'visually-hidden' : ''}>{who}</bdi>
        <time>{time(line.at)}</time>
        {isUnsure(line) ? <Pill>{t('replay.unsure')}</Pill> : null}
      </div>
      {children ?? (
        <>
          <SaidWords line={line} />
          {acts.pick ? <Seek at={line.at} pick={acts.pick} /> : null}
        </>
      )}
    </div>
  )
}

/** What counts, and beneath it what the engine heard. */
export function SaidWords({ line: { text, correction } }: { line: SpokenLine }) {
  const i18n = useI18n()
  const { t } = i18n
  if (!correction) return <Written text={text} />
  return (
    <>
      {correction.text === '' ? (
        <p className="quiet">{t('replay.nothingSaid')}</p>
      ) : (
        <Written text={correction.text} />
      )}
      <p className="spoken-original">
        {t('replay.heardAs')} <q dir="auto">{text}</q>{' '}
        <span className="spoken-by">
          {t('replay.correctedBy', { name: correction.by, day: dayWithin(i18n, correction.at) })}
        </span>
      </p>
    </>
  )
}
