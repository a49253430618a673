/** One review beside its replay: written, or read with what became of it. */
import { useStore } from '@nanostores/react'
import { useEffect, useState } from 'react'
import type { MarkInput, Review, ReviewMark } from '../../../server/contract/assessment.ts'
import { score } from '../../../server/scorecard/scorecard.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { showToast } from '../../ui/toast.tsx'
import { newId } from '../../wire/new-id.ts'
import { useFail } from '../use-fail.ts'
import { useJudge } from './api.ts'
import { AskFirst } from './ask-first.tsx'
import { Card, Total } from './card.tsx'
import { Decide } from './decide.tsx'
import { History } from './history.tsx'
import type { Played } from './played.ts'
import { Marks, SayAtMoment } from './marks.tsx'
import { createReviewDraft, type ReviewDraft } from './review-draft.ts'
import { Second } from './second.tsx'

export type OpenProps = {
  review: Review
  reviewers: readonly { id: string; name: string }[]
  played: Played
  changed(review: Review): void
  discarded(): void
}

export function OpenReview(props: OpenProps) {
  return props.review.may.includes('score') ? <Scoring {...props} /> : <Reading {...props} />
}

function useDraft(review: Review): ReviewDraft | null {
  const judge = useJudge()
  const fail = useFail()
  const [draft, setDraft] = useState<ReviewDraft | null>(null)
  useEffect(() => {
    const made = createReviewDraft(judge, review, fail)
    setDraft(made)
    return () => made.close()
  }, [judge, review.id])
  return draft
}

function Scoring(props: OpenProps) {
  const draft = useDraft(props.review)
  return draft ? <Form {...props} writing={draft} /> : null
}

function Form({
  review,
  reviewers,
  played,
  changed,
  discarded,
  writing,
}: OpenProps & { writing: ReviewDraft }) {
  const { t } = useI18n()
  const judge = useJudge()
  const fail = useFail()
  const draft = useStore(writing.$draft)
  const now = useStore(writing.$review)
  const kept = useStore(writing.$kept)
  /** How often handing in was tried. */
  const [tries, setTries] = useState(0)
  const tried = tries > 0
  // Once what is missing is drawn so; before the first try nothing is.
  useEffect(
    () => document.querySelector<HTMLElement>('.question[aria-invalid="true"] input')?.focus(),
    [tries],
  )
  const [busy, setBusy] = useState(false)
  const part = useStore(played.$part)
  const result = score(review.version.body, draft.answers)
  const ask = async (work: () => Promise<Review>) => played.show((await writing.ask(work)).marks)
  const put = (mark: MarkInput) => {
    const id = newId()
    return ask(() => judge.mark(review.id, id, mark)).catch(told(fail))
  }
  const remove = (id: string) => void ask(() => judge.unmark(review.id, id)).catch(fail)
  const during = (work: Promise<unknown>) => {
    setBusy(true)
    return work.catch(fail).finally(() => setBusy(false))
  }
  const submit = async () => {
    setTries(tries + 1)
    if (result.missing.length > 0) return
    await writing.submit()
    showToast({ text: t('judge.submitted') })
    changed(writing.$review.get())
  }
  const marksOf = (questionId: string | null) => now.marks.filter((mark) => mark.questionId === questionId)
  const saying = (questionId: string | null) => (
    <>
      <Marks marks={marksOf(questionId)} seek={played.seek} remove={({ id }) => remove(id)} />
      <SayAtMoment {...{ questionId, put, part }} now={played.now} pause={played.pause} />
    </>
  )
  return (
    <>
      <About review={now} />
      <Card review={now} draft={draft} tried={tried} change={writing.change} below={saying} />
      <section className="judge-part" aria-label={t('judge.comments')}>
        <h3>{t('judge.comments')}</h3>
        {saying(null)}
      </section>
      <label className="labelled">
        {t('judge.summary')}
        <textarea
          className="field"
          dir="auto"
          rows={3}
          maxLength={4_000}
          value={draft.summary}
          onChange={(event) => writing.change({ summary: event.currentTarget.value })}
        />
      </label>
      {now.may.includes('askSecond') || now.awaitsSecond ? (
        <Second review={now} reviewers={reviewers} ask={ask} />
      ) : null}
      <footer className="judge-foot">
        <Total result={result} />
        {tried && result.missing.length > 0 ? (
          <p className="fault" role="alert">
            {t('judge.missing', { count: result.missing.length })}
          </p>
        ) : null}
        <div className="row">
          <Button look="primary" busy={busy} onClick={() => void during(submit())}>
            {t('judge.submit')}
          </Button>
          <Button disabled={kept === 'kept'} onClick={() => void during(writing.save())}>
            {t('judge.saveDraft')}
          </Button>
          <span className="quiet" role="status">
            {t(`judge.kept_${kept}`)}
          </span>
          {now.may.includes('discard') ? (
            <AskFirst
              quiet
              className="judge-discard"
              label={t(now.purpose === 'second' ? 'judge.decline' : 'judge.discard')}
              about={t('judge.discardAbout')}
              run={() => judge.discard(review.id).then(discarded)}
            />
          ) : null}
        </div>
      </footer>
    </>
  )
}

/** Tells it, and lets whoever waits know that it did not work. */
const told = (fail: (error: unknown) => void) => (error: unknown) => {
  fail(error)
  throw error
}

export function About({ review }: { review: Review }) {
  const { t, n } = useI18n()
  const { agent, reviewer, scorecard, purpose } = review
  return (
    <p className="quiet judge-about">
      <bdi>{agent.name}</bdi> · <bdi>{scorecard.name}</bdi>{' '}
      {t('judge.version', { number: n(scorecard.number) })}
      {reviewer ? (
        <>
          {' · '}
          <bdi>{reviewer.name}</bdi>
        </>
      ) : null}
      {purpose === 'review' ? null : ` · ${t(`judge.purpose_${purpose}`)}`}
    </p>
  )
}

function Reading({ review, reviewers, played, changed }: OpenProps) {
  return (
    <>
      <About review={review} />
      <ReviewBody review={review} seek={played.seek} />
      {review.may.includes('decide') ? <Decide review={review} decided={changed} /> : null}
      <Second review={review} reviewers={reviewers} ask={async (work) => changed(await work())} />
      <History review={review} />
    </>
  )
}

/** Whose turn it is to decide about a dispute. */
function Awaits({ deciders }: { deciders: NonNullable<Review['deciders']> }) {
  const { t, list } = useI18n()
  const names = deciders.filter((name) => name !== null)
  if (names.length > 0) return <p className="quiet">{t('judge.awaits', { names: list(names) })}</p>
  return <p className="quiet">{t(deciders.length > 0 ? 'judge.awaitsScorer' : 'judge.awaitsNobody')}</p>
}

/** What was answered and said, to be read. */
type BodyProps = {
  review: Review
  seek?: ((at: number) => void) | undefined
  hear?: ((mark: ReviewMark) => void) | undefined
}

export function ReviewBody({ review, seek, hear }: BodyProps) {
  const { t } = useI18n()
  const result = {
    ...score(review.version.body, review.answers),
    points: review.points,
    passed: review.passed,
  }
  const marksOf = (questionId: string | null) => review.marks.filter((mark) => mark.questionId === questionId)
  return (
    <>
      <Total result={result} />
      {review.deciders ? <Awaits deciders={review.deciders} /> : null}
      {review.annulled ? <p className="fault">{t('judge.annulled')}</p> : null}
      <Card
        review={review}
        draft={review}
        below={(id) => <Marks marks={marksOf(id)} {...{ seek, hear }} />}
      />
      {marksOf(null).length > 0 ? (
        <section className="judge-part" aria-label={t('judge.comments')}>
          <h3>{t('judge.comments')}</h3>
          <Marks marks={marksOf(null)} {...{ seek, hear }} />
        </section>
      ) : null}
      {review.summary ? (
        <section className="judge-part">
          <h3>{t('judge.summary')}</h3>
          <p className="judge-words" dir="auto">
            {review.summary}
          </p>
        </section>
      ) : null}
    </>
  )
}
