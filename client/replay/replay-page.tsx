import { useStore } from '@nanostores/react'
import { computed } from 'nanostores'
import { type ReactNode, startTransition, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { LONGEST_PART_MS } from '../../server/contract/assessment.ts'
import type { ReplayData } from '../../server/contract/http.ts'
import { may } from '../../server/permission/permission.ts'
import { SensitivityOf } from '../desk/access/sensitivity.tsx'
import { useSession } from '../desk/session/session-context.ts'
import { ClipButton } from '../desk/share/clip-button.tsx'
import { PackageButton } from '../desk/share/package-button.tsx'
import { visitorName } from '../desk/visitor-name.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Played } from '../desk/judge/played.ts'
import { Button } from '../ui/button.tsx'
import { clipboardCheckIcon } from '../ui/icons-judge.ts'
import { lazyPart, Parts } from '../ui/lazy-part.tsx'
import { Missing } from '../ui/missing.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { carryOn } from './carry-on.ts'
import { NotLoaded, SeekSlider } from './controls.tsx'
import { HitWalk } from './hits.tsx'
import { Lanes } from './lanes.tsx'
import './watch.css'
import './replay.css'
import { PictureOut } from './picture-out.tsx'
import { Pictures } from './pictures.tsx'
import { createScene, type Scene } from './scene.ts'
import { recalledRate, recalledSkip } from './remembered.ts'
import { Transcript } from './transcript.tsx'
import { Transport } from './transport.tsx'
import { useHits } from './use-hits.ts'
import { goToAddress, keepReview, useAddress } from './use-address.ts'
import { useReplay } from './use-replay.ts'
import { useViewing } from './use-viewing.ts'
import { useReplayKeys } from './use-replay-keys.ts'
import { Voices } from './voices.tsx'
import { WayBack } from './way-back.tsx'
import { Zoom } from './zoom.tsx'

const AskReplay = lazyPart(async () => (await import('../desk/access/ask-replay.tsx')).AskReplay)
const JudgePanel = lazyPart(async () => (await import('../desk/judge/judge-panel.tsx')).JudgePanel)
const OwnReviewBeside = lazyPart(async () => (await import('../desk/judge/own-review.tsx')).OwnReviewBeside)

function useScene(data: ReplayData | null): Scene | null {
  const [scene, setScene] = useState<Scene | null>(null)
  const watched = useRef<Scene | null>(null)
  // While only the waiting for a recording goes on, what is being watched stays as it is.
  const made = data ? data.calls.map((call) => `${call.callId} ${call.recording !== null}`).join() : null
  // Before the page is drawn once more: what it plays is fetched meanwhile.
  useLayoutEffect(() => {
    if (!data) return
    const next = createScene(data, { rate: recalledRate(), skip: recalledSkip() })
    if (watched.current) carryOn(next, watched.current)
    // Before it is drawn: what it is made of here is fetched first.
    else goToAddress(next)
    watched.current = next
    setScene(next)
  }, [made])
  useEffect(
    () => () => {
      watched.current?.close()
      watched.current = null
    },
    [],
  )
  return scene
}

export function ReplayPage({ id }: { id: string }) {
  const { t } = useI18n()
  const { data, trouble, locked, again } = useReplay(id)
  const scene = useScene(data)
  useEffect(() => {
    // What was allowed for a time is not heard on without being seen.
    if (locked) scene?.player.pause()
  }, [locked])
  return (
    <main className="page watch replay" aria-busy={!scene && !trouble && !locked}>
      {locked ? (
        <Parts waiting={<Loading />}>
          <AskReplay id={id} opened={again} />
        </Parts>
      ) : trouble ? (
        <>
          <h1>{t('replay.title')}</h1>
          <p role="alert">{t(trouble)}</p>
          {trouble === 'replay.failed' ? <Button onClick={again}>{t('common.tryAgain')}</Button> : null}
          <WayBack conversation={id} />
        </>
      ) : scene && data ? (
        <Replay scene={scene} data={data} changed={again} />
      ) : (
        <Loading />
      )}
    </main>
  )
}

function Loading() {
  const { t } = useI18n()
  return (
    <>
      <h1 className="visually-hidden">{t('desk.loading')}</h1>
      <Missing />
    </>
  )
}

function Replay({ scene, data, changed }: { scene: Scene; data: ReplayData; changed(): void }) {
  const i18n = useI18n()
  const { t, day, time } = i18n
  const { player, pictures, axis, screens } = scene
  const name = visitorName(i18n, data.visitor.name, data.snapshot.conversationId)
  useReplayKeys(scene)
  const [asked] = useState(() => new URLSearchParams(location.search).get('review'))
  const [judging, setJudging] = useState(asked !== null)
  const who = useStore(useSession().$who)
  const scores = who.phase === 'in' && may(who.person.role, 'score')
  const played = usePlayed(scene)
  useAddress(scene)
  const hits = useHits(data.snapshot.conversationId)
  useViewing(scene)
  const began = data.events[0]?.at ?? 0
  return (
    <>
      <header className="watch-head">
        <WayBack conversation={data.snapshot.conversationId} drawn />
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <span className="quiet">
          {day(began)} {time(began)}
        </span>
        <span className="transport-gap" />
        <SensitivityOf id={data.snapshot.conversationId} access={data.access} changed={changed} />
        <ClipButton conversationId={data.snapshot.conversationId} scene={scene} />
        <PackageButton conversationId={data.snapshot.conversationId} />
        {scores || asked !== null ? (
          <Button icon={clipboardCheckIcon} aria-expanded={judging} onClick={() => setJudging(!judging)}>
            {t('judge.review')}
          </Button>
        ) : null}
      </header>
      <section className="watch-player" aria-label={t('replay.player')}>
        <Notices scene={scene} data={data} />
        <Pictures
          {...{ pictures, player, axis, screens }}
          tools={(video, label) => <PictureOut {...{ video, player, label }} />}
        />
        {hits ? <HitWalk scene={scene} hits={hits} /> : null}
        <Lanes scene={scene} hits={hits} />
        <Zoom scene={scene} />
        <NotLoaded {...{ player, pictures }} />
        <SeekSlider {...{ player, axis }} />
        <Transport scene={scene} />
        {scene.waves.length > 0 ? <Voices scene={scene} /> : null}
        <p className="replay-keys">{t('replay.keys')}</p>
      </section>
      <Then>
        <Transcript scene={scene} name={name} />
      </Then>
      {judging ? (
        <Parts
          waiting={
            <section className="judge-panel" aria-busy="true">
              <Missing />
            </section>
          }
        >
          {scores ? (
            <JudgePanel conversationId={data.snapshot.conversationId} played={played} first={asked} />
          ) : asked !== null ? (
            <OwnReviewBeside id={asked} played={played} />
          ) : null}
        </Parts>
      ) : null}
    </>
  )
}

/** Drawn once the rest is: an hour's words take as long as all else, and what is drawn waits for its pictures meanwhile. */
function Then({ children }: { children: ReactNode }) {
  const [due, setDue] = useState(false)
  useEffect(() => startTransition(() => setDue(true)), [])
  return due ? children : null
}

/** The player as reviews need it: in the conversation's own time. */
function usePlayed({ player, axis, steering, $comments }: Scene): Played {
  return useMemo(
    () => ({
      // Whole ms, and never before what is seen.
      now: () => Math.ceil(player.time()),
      $part: computed(steering.$range, ({ loop }) => {
        const part = loop && { at: Math.ceil(axis.toTime(loop.from)), until: Math.ceil(axis.toTime(loop.to)) }
        return part && part.until - part.at <= LONGEST_PART_MS ? part : null
      }),
      seek: (at) => player.seek(axis.toPlay(at)),
      pause: () => player.pause(),
      show: (marks) => $comments.set(marks),
      opened: keepReview,
    }),
    [player, axis, steering, $comments],
  )
}

function Notices({ scene, data }: { scene: Scene; data: ReplayData }) {
  const { t, exact } = useI18n()
  const broken = useStore(scene.$broken)
  const { calls } = data
  const without = calls.filter((call) => call.answeredAt !== null && !call.recording && !call.processing)
  return (
    <div className="replay-notices" role="status">
      {calls.some((call) => call.processing) ? (
        <p>
          <Spinner size={16} /> {t('replay.processing')}
        </p>
      ) : null}
      {calls.length === 0 ? <p>{t('replay.textOnly')}</p> : null}
      {without.some(({ lost, removed }) => !lost && !removed) ? <p>{t('replay.unrecorded')}</p> : null}
      {without.some(({ lost }) => lost) ? <p>{t('replay.filesLost')}</p> : null}
      {calls.map(({ callId, removed }) =>
        removed ? <p key={callId}>{t(`replay.removed_${removed.by}`, { when: exact(removed.at) })}</p> : null,
      )}
      {broken ? <p>{t('replay.cannotPlay')}</p> : null}
    </div>
  )
}
