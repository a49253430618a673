/** Leads through what a new installation needs. Steps lie in any order, are skipped and taken up again; what is done is seen. */
import { Link } from 'wouter'
import type { FirstStep } from '../../../server/contract/first-steps.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { checkIcon } from '../../ui/icons.ts'
import type { Steps } from './use-first-steps.ts'

const places: Record<FirstStep, string> = {
  site: '/settings/sites/new',
  queue: '/settings/queues/new',
  people: '/settings/people/new',
  widget: '/settings/sites',
}

export function FirstStepsPage({ steps }: { steps: Steps }) {
  const { t, n } = useI18n()
  const all = steps.now?.steps ?? []
  const open = all.find(({ done, skipped }) => !done && !skipped)
  const through = steps.now !== null && !open
  return (
    <section className="first-steps" aria-label={t('admin.firstSteps')} aria-busy={steps.now === null}>
      <h2>{t('admin.firstSteps')}</h2>
      <p className="quiet">{t(through ? 'admin.firstDone' : 'admin.hint_firstSteps')}</p>
      <ol>
        {all.map(({ name, done, skipped }, at) => (
          <li
            key={name}
            className={done ? 'done' : ''}
            aria-current={name === open?.name ? 'step' : undefined}
          >
            <span className="step-mark" aria-hidden="true">
              {done ? <Icon of={checkIcon} size={18} /> : n(at + 1)}
            </span>
            <div>
              <h3>{t(`admin.step_${name}`)}</h3>
              <p className="quiet">{t(`admin.stepHint_${name}`)}</p>
            </div>
            <span className="form-row">
              <Link href={places[name]} className={`button ${name === open?.name ? 'primary' : 'plain'}`}>
                <span>{t(`admin.stepGo_${name}`)}</span>
              </Link>
              {done ? (
                <span className="pill">{t('admin.stepDone')}</span>
              ) : (
                <Button
                  look="quiet"
                  aria-label={t(skipped ? 'admin.unskipStep' : 'admin.skipStep', {
                    name: t(`admin.step_${name}`),
                  })}
                  onClick={() => steps.skip(name, !skipped)}
                >
                  {t(skipped ? 'admin.unskip' : 'admin.skip')}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ol>
      {steps.now?.offered ? (
        <Button look={through ? 'primary' : 'quiet'} onClick={steps.finish}>
          {t('admin.finish')}
        </Button>
      ) : null}
    </section>
  )
}
