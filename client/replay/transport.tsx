import { useStore } from '@nanostores/react'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { xIcon } from '../ui/icons.ts'
import { rangeBeginIcon, rangeEndIcon } from '../ui/icons-replay.ts'
import { Clock, PlayButtons, Speed, StillLoading } from './controls.tsx'
import { CopyLink } from './copy-link.tsx'
import { rememberRate, rememberSkip } from './remembered.ts'
import type { Scene } from './scene.ts'

/** Play, pause, seek, speed, and whom to hear. */
export function Transport({ scene }: { scene: Scene }) {
  const { player, axis, pictures } = scene
  return (
    <div className="transport">
      <PlayButtons player={player} />
      <Clock {...{ player, axis }} />
      <CopyLink scene={scene} />
      <StillLoading {...{ player, pictures }} />
      <Loop scene={scene} />
      {scene.steering.silences.length > 0 || scene.waves.length > 0 ? <Skip scene={scene} /> : null}
      <Speed player={player} chosen={rememberRate} />
    </div>
  )
}

/** From here on, and up to here. */
export const beginLoop = ({ steering, player }: Scene): void => steering.beginAt(player.$position.get())
export function endLoop({ steering, player }: Scene): void {
  const begin = steering.endAt(player.$position.get())
  if (begin !== null) player.seek(begin)
}

function Loop({ scene }: { scene: Scene }) {
  const { t } = useI18n()
  const { begin, loop } = useStore(scene.steering.$range)
  return (
    <div className="row" dir="ltr" role="group" aria-label={t('replay.loop')}>
      <IconButton
        icon={rangeBeginIcon}
        label={t('replay.loopFrom')}
        shortcut="A"
        aria-pressed={begin !== null}
        onClick={() => beginLoop(scene)}
      />
      <IconButton
        icon={rangeEndIcon}
        label={t('replay.loopTo')}
        shortcut="B"
        aria-pressed={loop !== null}
        aria-disabled={begin === null}
        onClick={() => endLoop(scene)}
      />
      {begin === null ? null : (
        <IconButton
          icon={xIcon}
          label={t('replay.loopEnd')}
          shortcut="Esc"
          onClick={() => scene.steering.end()}
        />
      )}
    </div>
  )
}

function Skip({ scene: { steering } }: { scene: Scene }) {
  const { t } = useI18n()
  const choose = (on: boolean) => {
    steering.$skip.set(on)
    rememberSkip(on)
  }
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={useStore(steering.$skip)}
        onChange={(event) => choose(event.currentTarget.checked)}
      />
      {t('replay.skipSilence')}
    </label>
  )
}
