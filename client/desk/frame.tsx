import { useStore } from '@nanostores/react'
import { type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import type { Person } from '../../server/contract/desk.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { useFirstSteps } from './admin/use-first-steps.ts'
import { startAlerts } from './alerts.ts'
import { ConnectionLine } from './connection-line.tsx'
import { createDesk, type Desk } from './desk.ts'
import { DeskContext } from './desk-context.ts'
import { InboxPage } from './inbox/inbox-page.tsx'
import { useWarmMic } from './inbox/use-warm-mic.ts'
import { useReplayNews } from './access/use-replay-news.ts'
import { useAlertNews } from './board/use-alert-news.ts'
import { Pictures } from './pictures/pictures.tsx'
import { useClicked } from './push/use-clicked.ts'
import { useWrapUpsSaved } from './wrap-up/use-wrap-ups-saved.ts'
import { Rail } from './rail.tsx'
import { createRinger, type Ringer } from './ring.ts'
import { RingerContext } from './ringer-context.ts'
import { keyAt } from '../ui/days.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import { LoadAnew } from '../ui/load-anew.tsx'
import { Missing } from '../ui/missing.tsx'
import { PageBoundary } from './page-boundary.tsx'
import type { Session } from './session/desk-session.ts'
import { may } from '../../server/permission/permission.ts'

const Finder = lazyPart(async () => (await import('../finder/finder-page.tsx')).FinderPage)
const Requests = lazyPart(async () => (await import('./access/requests-page.tsx')).RequestsPage)
const Replay = lazyPart(async () => (await import('../replay/replay-page.tsx')).ReplayPage)
const Reviews = lazyPart(async () => (await import('./judge/reviews-page.tsx')).ReviewsPage)
const Board = lazyPart(async () => (await import('./board/board-page.tsx')).BoardPage)
const Settings = lazyPart(async () => (await import('./admin/admin-page.tsx')).AdminPage)

const DayOf = lazyPart(async () => (await import('./day/day-page.tsx')).DayPage)
const Shifts = lazyPart(async () => (await import('./shifts/shifts-page.tsx')).ShiftsPage)
const Devices = lazyPart(async () => (await import('./devices/devices-page.tsx')).DevicesPage)

const parts: Record<string, { fetch(): void }> = {
  ...{ requests: Requests, reviews: Reviews, board: Board, settings: Settings },
  ...{ day: DayOf, shifts: Shifts, devices: Devices },
}

/** Fetches the code of the page that the address leads to, while it is still asked who is there. */
export function fetchAhead(pathname: string): void {
  const [, , place = '', id = ''] = pathname.split('/')
  if (place === 'replay' && id !== '') Replay.fetch()
  else if (place === 'replay') Finder.fetch()
  else if (Object.hasOwn(parts, place)) parts[place]?.fetch()
}

/** Soon after one has come to where replays are opened from, their code is fetched. ms: what is to be seen there comes first. */
const SOON_MS = 500

function useReplayAhead(here: string): void {
  const opens = here === '/replay' || here.startsWith('/reviews')
  useEffect(() => {
    if (!opens) return
    const timer = setTimeout(Replay.fetch, SOON_MS)
    return () => clearTimeout(timer)
  }, [opens])
}

const answers = (role: Person['role']) => may(role, 'serve')
const supervises = (role: Person['role']) => may(role, 'supervise')
const setsOthers = (role: Person['role']) => may(role, 'forceStatus')
const finds = (role: Person['role']) => may(role, 'find')
const replays = (role: Person['role']) => may(role, 'replay')

/** What stays while one moves about the desk: the rail, and for those who answer, the connection and its calls. */
export function Frame({ session, me }: { session: Session; me: Person }) {
  const at = { answers: answers(me.role), finds: finds(me.role) }
  const [here] = useLocation()
  useReplayAhead(here)
  const pages = (
    <div className="desk">
      <Rail session={session} me={me} {...at} />
      <LeadIn me={me} />
      <PageBoundary at={here} waiting={<Bones />}>
        <Switch>
          <Route path="/replay">{at.finds ? <Finder me={me} /> : <Redirect to="/" />}</Route>
          <Route path="/replay/:id">
            {({ id }) => (replays(me.role) ? <Replay key={id} id={id} /> : <Redirect to="/" />)}
          </Route>
          <Route path="/requests">{replays(me.role) ? <Requests /> : <Redirect to="/" />}</Route>
          <Route path="/reviews/:place?/:id?">
            {({ place = null, id = null }) => <Reviews role={me.role} place={place} id={id} />}
          </Route>
          <Route path="/board">{supervises(me.role) ? <Board /> : <Redirect to="/" />}</Route>
          <Route path="/day/:id?/:date?">
            {({ id = me.id, date = keyAt(Date.now()) }) =>
              at.answers ? <DayOf id={id} date={date} /> : <Redirect to="/" />
            }
          </Route>
          <Route path="/shifts/:date?/:team?">
            {({ date = keyAt(Date.now()), team = null }) =>
              setsOthers(me.role) ? <Shifts date={date} team={team} /> : <Redirect to="/" />
            }
          </Route>
          <Route path="/devices">{at.answers ? <Devices /> : <Redirect to="/" />}</Route>
          <Route path="/settings/:section?/:id?">
            {({ section = null, id = null }) => <Settings section={section} selected={id} />}
          </Route>
          <Route path="/c/:id/:earlier?">
            {({ id, earlier = null }) =>
              at.answers ? <InboxPage selected={id} earlier={earlier} /> : <Redirect to="/replay" />
            }
          </Route>
          <Route>{at.answers ? <InboxPage selected={null} /> : <Redirect to="/replay" />}</Route>
        </Switch>
      </PageBoundary>
      {at.answers ? <ConnectionLine /> : null}
    </div>
  )
  return at.answers ? (
    <WithDesk session={session} me={me}>
      <Outdated />
      {pages}
    </WithDesk>
  ) : (
    <>
      <Outdated />
      {pages}
    </>
  )
}

/** Whoever sets up a new installation is led to its first steps, once, from where the desk begins. */
function LeadIn({ me }: { me: Person }) {
  const [at, go] = useLocation()
  const led = useRef(false)
  const { now } = useFirstSteps(may(me.role, 'setUp'), '')
  useEffect(() => {
    if (!now?.offered || led.current) return
    led.current = true
    if (at === '/') go('/settings/first-steps')
  }, [now, at, go])
  return null
}

function Outdated() {
  const desk = useContext(DeskContext)
  return <LoadAnew busy={() => desk !== null && desk.devices.occupant() !== null} />
}

function Bones() {
  const { t } = useI18n()
  return (
    <main className="bones" aria-busy="true">
      <p className="visually-hidden">{t('desk.loading')}</p>
      <Missing />
    </main>
  )
}

type Open = { desk: Desk; ringer: Ringer }

function WithDesk({ session, me, children }: { session: Session; me: Person; children: ReactNode }) {
  const [open, setOpen] = useState<Open | null>(null)
  useEffect(() => {
    const desk = createDesk(session, me)
    setOpen({ desk, ringer: createRinger() })
    return () => desk.close()
  }, [session, me])
  if (!open) return <Bones />
  return (
    <DeskContext value={open.desk}>
      <RingerContext value={open.ringer}>
        <Alerting {...open} />
        <Pictures />
        {children}
      </RingerContext>
    </DeskContext>
  )
}

/** Browsers let nothing sound before the first click or key, wherever it is made. */
function useSound(ringer: Ringer): void {
  useEffect(() => {
    const ending = new AbortController()
    for (const act of ['pointerdown', 'keydown'])
      window.addEventListener(act, () => ringer.unlock(), { once: true, signal: ending.signal })
    return () => ending.abort()
  }, [ringer])
}

function Alerting({ desk, ringer }: Open) {
  const i18n = useI18n()
  const [, go] = useLocation()
  const status = useStore(desk.inbox.$status)
  useClicked()
  useReplayNews(desk)
  useAlertNews(desk, ringer)
  useSound(ringer)
  useWarmMic(desk.devices, status === 'available')
  useWrapUpsSaved(desk)
  useEffect(() => startAlerts(desk, ringer, i18n, go), [desk, ringer, i18n, go])
  return null
}
