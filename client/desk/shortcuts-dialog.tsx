import type { Key } from '../i18n/keys.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Dialog } from '../ui/dialog.tsx'

const rows: readonly [keys: readonly string[], what: Key][] = [
  [['Alt+↑', 'Alt+↓'], 'desk.key_next'],
  [['Alt+A'], 'desk.key_accept'],
  [['Alt+M'], 'desk.key_field'],
  [['Alt+N'], 'desk.key_note'],
  [['Alt+H'], 'desk.key_hold'],
  [['Alt+P'], 'team.pauseRecording'],
  [['Alt+T'], 'team.transfer'],
  [['Alt+E'], 'desk.key_end'],
  [['Alt+1', 'Alt+2'], 'desk.key_status'],
  [['Alt+S'], 'work.allStatuses'],
  [['Alt+W'], 'work.key_wrapUp'],
  [['Alt+I'], 'work.mentions'],
  [['/'], 'work.key_replies'],
  [['/'], 'find.key'],
  [['@'], 'work.key_mention'],
  [['Enter'], 'desk.key_send'],
  [['Esc'], 'desk.earlierBack'],
  [['?'], 'desk.key_help'],
]

export function ShortcutsDialog({ close }: { close: () => void }) {
  const { t } = useI18n()
  return (
    <Dialog title={t('desk.shortcuts')} close={close}>
      <dl className="shortcuts">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key} dir="ltr">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
