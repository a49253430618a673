import { useEffect, useMemo } from 'react'
import type { Handout } from '../../../server/contract/handout.ts'
import { Playing } from '../../handout/show.tsx'
import { createStory } from '../../handout/story.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

/** The shared player, without what stands around it on a page of its own. */
export function MomentPlayer({ handout }: { handout: Handout }) {
  const { t } = useI18n()
  const story = useMemo(() => createStory(handout), [handout])
  useEffect(() => () => story.player.close(), [story])
  const silent = handout.sounds.length + handout.pictures.length === 0
  return (
    <>
      {silent ? <p className="quiet">{t('judge.momentSilent')}</p> : null}
      <Playing story={story} name={t('ui.visitor')} />
    </>
  )
}
