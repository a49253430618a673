import { useStore } from '@nanostores/react'
import { computed } from 'nanostores'
import { useMemo, useRef, useState } from 'react'
import { may } from '../../server/permission/permission.ts'
import { fileUrl } from '../desk/conversation/file-url.ts'
import { PastCall, watched } from '../desk/earlier/past.tsx'
import { useHidden } from '../desk/masking/hidden.tsx'
import { useSession } from '../desk/session/session-context.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { toTimeline } from '../model/timeline.ts'
import { workLine } from '../model/work-lines.ts'
import type { TimelineItem } from '../model/timeline-item.ts'
import { drawNote } from '../ui/note.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { Thread } from '../ui/thread.tsx'
import { countAt } from './marks.ts'
import type { Scene } from './scene.ts'
import { SaidLine } from './said-line.tsx'
import { withSpoken } from './spoken.ts'
import { useLineInView } from './use-line-in-view.ts'
import { type Said, useSpoken } from './use-spoken.ts'

/** A click on a message starts a little before it. */
const LEAD_MS = 500

/** The key of the last thing said or noted, as the thread keys it. */
function lastKey(items: readonly TimelineItem[]): string | null {
  const item = items.findLast((one) => ['bubbles', 'note', 'spoken'].includes(one.kind))
  if (!item) return null
  return item.kind === 'bubbles' ? (item.bubbles.at(-1)?.key ?? null) : item.key
}

/** How many of the lines had begun at the moment played. */
function useSaid({ player, axis }: Scene, lines: Said['lines']): number {
  const $said = useMemo(
    () => computed(player.$position, (position) => countAt(lines, axis.toTime(position))),
    [player, axis, lines],
  )
  return useStore($said)
}

/** The thread as it stood at the moment played, with what was said in its place. */
export function Transcript({ scene, name }: { scene: Scene; name: string }) {
  const { t } = useI18n()
  const { data, player, axis } = scene
  const count = useStore(scene.$count)
  const [later, setLater] = useState(false)
  const spoken = useSpoken(data.snapshot.conversationId, data)
  const { lines } = spoken
  const said = useSaid(scene, lines)
  const now = useMemo(() => {
    const written = toTimeline({ events: data.events.slice(0, count), audience: 'agent', work: workLine })
    return withSpoken(written, lines.slice(0, said))
  }, [data, count, lines, said])
  const hidden = useHidden(data.snapshot.conversationId)
  const whole = useMemo(
    () => withSpoken(toTimeline({ events: data.events, audience: 'agent', work: workLine }), lines),
    [data, lines],
  )
  const who = useStore(useSession().$who)
  const correct = who.phase === 'in' && may(who.person.role, 'correctTranscripts') ? spoken.correct : null
  const section = useRef<HTMLElement>(null)
  const key = lastKey(now)
  useLineInView(player, { of: section, key, later })
  const pick = (at: number) => player.seek(axis.toPlay(at) - LEAD_MS)
  return (
    <section ref={section} className="transcript" aria-label={t('replay.transcript')} data-later={later}>
      <label className="check">
        <input type="checkbox" checked={later} onChange={(event) => setLater(event.currentTarget.checked)} />
        {t('replay.later')}
      </label>
      <SaidState of={spoken} />
      <Thread
        conversation={data.snapshot.conversationId}
        items={(later ? whole : now).map((item) => watched(item, data.visitor.name))}
        unnamed={name}
        reader={null}
        label={t('replay.transcript')}
        url={fileUrl}
        pick={pick}
        highlighted={key}
        note={(item, acts) =>
          item.kind === 'note' ? (
            drawNote(item, acts)
          ) : (
            <SaidLine item={item} acts={acts} correct={correct} halt={() => player.pause()} />
          )
        }
        hidden={hidden}
        call={(item) => <PastCall item={item} visitor={name} />}
      />
    </section>
  )
}

/** Nothing where all that is to be written down is there. */
function SaidState({ of: { state, failed } }: { of: Said }) {
  const { t } = useI18n()
  if (failed) return <p className="spoken-state">{t('replay.spokenNotLoaded')}</p>
  if (state === 'failed') return <p className="spoken-state">{t('replay.spokenFailed')}</p>
  return state === 'open' ? (
    <p className="spoken-state" role="status">
      <Spinner size={16} /> {t('replay.spokenOpen')}
    </p>
  ) : null
}
