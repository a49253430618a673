import { useLocation } from 'wouter'
import type { Key } from '../i18n/keys.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Dialog } from '../ui/dialog.tsx'

/** In the inbox, for whoever answers. */
const rows: readonly [keys: readonly string[], what: Key][] = [
  [['Alt+↑', 'Alt+↓'], 'desk.key_next'],
  [['Alt+A'], 'desk.key_accept'],
  [['Alt+M'], 'desk.key_field'],
  [['Alt+N'], 'desk.key_note'],
  [['Alt+H'], 'desk.key_hold'],
  [['Alt+O'], 'desk.picturesOut'],
  [['Alt+P'], 'team.pauseRecording'],
  [['Alt+T'], 'team.transfer'],
  [['Alt+E'], 'desk.key_end'],
  [['Alt+1', 'Alt+2'], 'desk.key_status'],
  [['Alt+S'], 'work.allStatuses'],
  [['Alt+W'], 'work.key_wrapUp'],
  [['Alt+I'], 'work.mentions'],
  [['/'], 'work.key_replies'],
  [['@'], 'work.key_mention'],
  [['Enter'], 'desk.key_send'],
  [['Esc'], 'desk.earlierBack'],
]
const findRow: (typeof rows)[number] = [['/'], 'find.key']
const helpRow: (typeof rows)[number] = [['?'], 'desk.key_help']

/** In the replay, for whoever is in one or looks for some. They follow time, whatever the direction of reading. */
const replayRows: typeof rows = [
  [['Space', 'K'], 'replay.key_play'],
  [['←', '→'], 'replay.key_5'],
  [['J', 'L'], 'replay.key_10'],
  [['Shift+←', 'Shift+→'], 'replay.key_1'],
  [[',', '.'], 'replay.key_picture'],
  [['[', ']'], 'replay.key_event'],
  [['A', 'B', 'Esc'], 'replay.key_loop'],
  [['+', '−', '0'], 'replay.key_zoom'],
  [['N', 'P'], 'replay.key_hits'],
  [['C'], 'replay.copyLink'],
]

/** What one may do, and so which keys do something. */
type Props = { answers: boolean; finds: boolean; close: () => void }

export function ShortcutsDialog({ answers, finds, close }: Props) {
  const { t } = useI18n()
  const [at] = useLocation()
  // What one has before one comes first.
  const first = at.startsWith('/replay/')
  const replays =
    finds || first ? (
      <section>
        <h3>{t('replay.title')}</h3>
        <Rows of={replayRows} />
      </section>
    ) : null
  return (
    <Dialog title={t('desk.shortcuts')} close={close}>
      {first ? replays : null}
      <Rows of={[...(answers ? rows : []), ...(finds ? [findRow] : []), helpRow]} />
      {first ? null : replays}
    </Dialog>
  )
}

function Rows({ of }: { of: typeof rows }) {
  const { t } = useI18n()
  return (
    <dl className="shortcuts">
      {of.map(([keys, what]) => (
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
  )
}
