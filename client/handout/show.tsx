import { useStore } from '@nanostores/react'
import { useMemo, useRef, useState } from 'react'
import { CallCard } from '../call/call-card.tsx'
import { useKeys } from '../desk/use-keys.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { toTimeline } from '../model/timeline.ts'
import type { CallItem, TimelineItem } from '../model/timeline-item.ts'
import { workLine } from '../model/work-lines.ts'
import { Clock, NotLoaded, PlayButtons, SeekSlider, Speed, StillLoading } from '../replay/controls.tsx'
import { holeWords } from '../replay/hole-words.ts'
import { Pictures } from '../replay/pictures.tsx'
import { Said as SaidItem } from '../replay/said.tsx'
import { withSpoken } from '../replay/spoken.ts'
import { useLineInView } from '../replay/use-line-in-view.ts'
import type { AttachmentUrl } from '../ui/attachment.tsx'
import { drawNote } from '../ui/note.tsx'
import { Thread } from '../ui/thread.tsx'
import type { Story } from './story.ts'
import '../replay/watch.css'
import './handout.css'

/** A click on a message starts a little before it. */
const LEAD_MS = 500

/** Pictures, player and thread in step. */
export function Show({ story }: { story: Story }) {
  const { t, day, time } = useI18n()
  const { handout, player, axis } = story
  useKeys({
    ' ': () => (player.$playing.get() ? player.pause() : player.play()),
    ArrowLeft: () => player.skip(-5_000),
    ArrowRight: () => player.skip(5_000),
  })
  const name = handout.visitor ?? t('ui.visitor')
  const began = axis.toTime(0)
  return (
    <main className="watch handout">
      <header className="watch-head">
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <span className="quiet">
          {day(began)} {time(began)}
        </span>
        {handout.mark ? <MarkedFor mark={handout.mark} /> : null}
      </header>
      <Playing story={story} name={name} />
    </main>
  )
}

/** As a part of a page, or as all of it. */
export function Playing({ story, name }: { story: Story; name: string }) {
  const { t } = useI18n()
  const { handout, player, axis } = story
  return (
    <>
      <section className="watch-player" aria-label={t('replay.player')}>
        <Pictures {...{ pictures: handout.pictures, player, axis, screens: story.screens }} />
        <NotLoaded {...{ player, pictures: handout.pictures }} />
        <SeekSlider {...{ player, axis }} />
        <div className="transport">
          <PlayButtons player={player} />
          <Clock {...{ player, axis }} />
          <StillLoading {...{ player, pictures: handout.pictures }} />
          <Speed player={player} />
        </div>
        <Holes story={story} />
      </section>
      <Said story={story} name={name} />
    </>
  )
}

type Mark = NonNullable<Story['handout']['mark']>

/** In words for everybody, and over all that is seen, so that a picture of the page tells it, too. */
function MarkedFor({ mark }: { mark: Mark }) {
  const { t, exact } = useI18n()
  const words = t('share.markedFor', { by: mark.by, for: mark.for })
  return (
    <>
      <p className="handout-mark">
        {words} <small className="quiet">{t('share.until', { time: exact(mark.until) })}</small>
      </p>
      <div className="handout-watermark" aria-hidden="true">
        {Array.from({ length: 24 }, (_, n) => (
          <span key={n} data-words={words} />
        ))}
      </div>
    </>
  )
}

/** What is not there is said, not passed over. */
function Holes({ story: { handout, axis } }: { story: Story }) {
  const i18n = useI18n()
  if (handout.holes.length === 0) return null
  return (
    <ul className="handout-holes quiet">
      {handout.holes.map((hole) => (
        <li key={`${hole.track?.source} ${hole.from}`}>
          <bdi>{i18n.clock(axis.toPlay(hole.from))}</bdi> {holeWords(i18n, hole)}
        </li>
      ))}
    </ul>
  )
}

/** To one who took no part, neither side is their own. */
const watched = (item: TimelineItem, visitor: string | null): TimelineItem => {
  if (item.kind === 'call') return { ...item, mine: false }
  if (item.kind !== 'bubbles') return item
  return { ...item, mine: false, name: item.side === 'visitor' ? visitor : item.name }
}

/** The key of the last thing said or noted, as the thread keys it. */
function lastKey(items: readonly TimelineItem[]): string | null {
  const item = items.findLast((one) => ['bubbles', 'note', 'spoken'].includes(one.kind))
  if (!item) return null
  return item.kind === 'bubbles' ? (item.bubbles.at(-1)?.key ?? null) : item.key
}

function Said({ story, name }: { story: Story; name: string }) {
  const { t } = useI18n()
  const { handout, player, axis } = story
  const { id, visitor, events, spoken, files } = handout
  const count = useStore(story.$count)
  const said = useStore(story.$said)
  const [later, setLater] = useState(false)
  const items = (upTo: number, lines: number) =>
    withSpoken(
      toTimeline({ events: events.slice(0, upTo), audience: 'agent', work: workLine }),
      spoken.slice(0, lines),
    )
  const now = useMemo(() => items(count, said), [story, count, said])
  const whole = useMemo(() => items(events.length, spoken.length), [story])
  const section = useRef<HTMLElement>(null)
  const key = lastKey(now)
  useLineInView(player, { of: section, key, later })
  const url: AttachmentUrl = ({ id: file }, variant) => {
    const found = files[file]?.[variant]
    return found ?? Promise.reject(new Error('not in the package'))
  }
  return (
    <section ref={section} className="handout-thread" aria-label={t('replay.transcript')}>
      <label className="check">
        <input type="checkbox" checked={later} onChange={(event) => setLater(event.currentTarget.checked)} />
        {t('replay.later')}
      </label>
      <Thread
        conversation={id}
        items={(later ? whole : now).map((item) => watched(item, visitor))}
        unnamed={name}
        reader={null}
        label={t('replay.transcript')}
        url={url}
        pick={(at) => player.seek(axis.toPlay(at) - LEAD_MS)}
        highlighted={key}
        note={(item, acts) =>
          item.kind === 'note' ? drawNote(item, acts) : <SaidItem item={item} acts={acts} />
        }
        call={(item) => <PastCall item={item} visitor={name} />}
      />
    </section>
  )
}

/** Told as the other side was told it, so that the one who acted is named. */
function PastCall({ item, visitor }: { item: CallItem; visitor: string }) {
  const { t } = useI18n()
  const by = item.status.name === 'ended' ? item.status.by : item.by
  const agent = item.name ?? t('ui.agent')
  return by === 'agent' ? (
    <CallCard item={item} call={null} reader="visitor" peer={agent} />
  ) : (
    <CallCard item={item} call={null} reader="agent" peer={visitor} />
  )
}
