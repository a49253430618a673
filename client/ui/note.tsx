import type { NoteItem, SpokenItem } from '../model/timeline-item.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { type BubbleActs, Failed, Seek } from './bubble.tsx'
import { Icon } from './icon.tsx'
import { lockIcon } from './icons.ts'
import { Written } from './written.tsx'
import './note.css'

/** Seen by staff only; must never look like a message. */
function Note({ note, acts }: { note: NoteItem; acts: BubbleActs }) {
  const { t, time } = useI18n()
  return (
    <div className={`note ${acts.highlighted === note.key ? 'highlighted' : ''}`} data-key={note.key}>
      <div className="note-head">
        <Icon of={lockIcon} size={14} />
        <span>{t('staff.noteOnlyStaff')}</span>
        <bdi>{note.name}</bdi>
        <time>{time(note.at)}</time>
      </div>
      <Written text={note.text} />
      {note.hidden && note.seq !== null ? acts.hidden?.(note.seq) : null}
      {acts.pick ? <Seek at={note.at} pick={acts.pick} /> : null}
      {note.delivery === 'failed' ? <Failed clientId={note.clientId} {...acts} /> : null}
    </div>
  )
}

/** What was said is drawn where it is replayed. */
export const drawNote = (item: NoteItem | SpokenItem, acts: BubbleActs) =>
  item.kind === 'note' ? <Note note={item} acts={acts} /> : null
