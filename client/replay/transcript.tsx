import { useStore } from '@nanostores/react'
import { useMemo, useState } from 'react'
import { fileUrl } from '../desk/conversation/file-url.ts'
import { PastCall, watched } from '../desk/earlier/past.tsx'
import { useHidden } from '../desk/masking/hidden.tsx'
import { useI18n } from '../i18n/use-i18n.ts'
import { toTimeline } from '../model/timeline.ts'
import { workLine } from '../model/work-lines.ts'
import type { TimelineItem } from '../model/timeline-item.ts'
import { drawNote } from '../ui/note.tsx'
import { Thread } from '../ui/thread.tsx'
import type { Scene } from './scene.ts'

/** A click on a message starts a little before it. */
const LEAD_MS = 500

/** The key of the last thing said or noted, as the thread keys it. */
function lastKey(items: readonly TimelineItem[]): string | null {
  const item = items.findLast((one) => one.kind === 'bubbles' || one.kind === 'note')
  if (!item) return null
  return item.kind === 'bubbles' ? (item.bubbles.at(-1)?.key ?? null) : item.key
}

/** The thread as it stood at the moment played. */
export function Transcript({ scene, name }: { scene: Scene; name: string }) {
  const { t } = useI18n()
  const { data, player, axis } = scene
  const count = useStore(scene.$count)
  const [later, setLater] = useState(false)
  const now = useMemo(
    () => toTimeline({ events: data.events.slice(0, count), audience: 'agent', work: workLine }),
    [data, count],
  )
  const hidden = useHidden(data.snapshot.conversationId)
  const whole = useMemo(() => toTimeline({ events: data.events, audience: 'agent', work: workLine }), [data])
  const pick = (at: number) => player.seek(axis.toPlay(at) - LEAD_MS)
  return (
    <section className="transcript" aria-label={t('replay.transcript')} data-later={later}>
      <label className="check">
        <input type="checkbox" checked={later} onChange={(event) => setLater(event.currentTarget.checked)} />
        {t('replay.later')}
      </label>
      <Thread
        conversation={data.snapshot.conversationId}
        items={(later ? whole : now).map((item) => watched(item, data.visitor.name))}
        unnamed={name}
        reader={null}
        label={t('replay.transcript')}
        url={fileUrl}
        pick={pick}
        highlighted={lastKey(now)}
        note={drawNote}
        hidden={hidden}
        call={(item) => <PastCall item={item} visitor={name} />}
      />
    </section>
  )
}
