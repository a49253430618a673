/** Where in the conversation what was looked for is. */
import type { FoundLine } from '../../server/contract/finder.ts'
import { useKeys } from '../desk/use-keys.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { skipBackIcon, skipForwardIcon } from '../ui/icons-replay.ts'
import { Lane } from './lane.tsx'
import { neighbour } from './marks.ts'
import { usePlaced } from './placed.ts'
import type { Scene } from './scene.ts'
import { soughtWords } from './use-hits.ts'

type Props = { scene: Scene; hits: readonly FoundLine[] }

/** How many there are, and the way from one to the next. */
export function HitWalk({ scene: { player, axis }, hits }: Props) {
  const { t } = useI18n()
  const walk = (by: 1 | -1) => {
    const hit = neighbour(hits, player.time(), by)
    // Just after it, so that it is what was said last.
    if (hit) player.seek(axis.toPlay(hit.at) + 1)
  }
  useKeys({ n: () => walk(1), p: () => walk(-1) })
  return (
    <div className="hit-walk">
      <span>
        <bdi>“{soughtWords()}”</bdi> {t('replay.hits', { count: hits.length })}
      </span>
      {hits.length === 0 ? null : (
        <span className="transport-buttons" dir="ltr">
          <IconButton
            icon={skipBackIcon}
            label={t('replay.hitBefore')}
            shortcut="P"
            onClick={() => walk(-1)}
          />
          <IconButton
            icon={skipForwardIcon}
            label={t('replay.hitAfter')}
            shortcut="N"
            onClick={() => walk(1)}
          />
        </span>
      )}
    </div>
  )
}

export function HitLane({ scene, hits }: Props) {
  const { time } = useI18n()
  const { moments } = usePlaced(scene)
  return (
    <Lane kind="hit" count={hits.length}>
      {moments(hits).map(({ one, style }) => (
        <i
          key={`${one.kind} ${one.seq}`}
          className="hit"
          style={style}
          title={`${time(one.at)} ${one.text}`}
        />
      ))}
    </Lane>
  )
}
