import { useKeys } from '../desk/use-keys.ts'
import { neighbour } from './marks.ts'
import { useCopyLink } from './copy-link.tsx'
import type { Scene } from './scene.ts'
import { stepPicture } from './screens.ts'
import { beginLoop, endLoop } from './transport.tsx'
import { closer, further, zoomBy } from './zoom.tsx'

/** Keys follow time, whatever the direction of reading. */
export function useReplayKeys(scene: Scene): void {
  const { player, marks, axis, steering } = scene
  const copy = useCopyLink(scene)
  const toggle = () => (player.$playing.get() ? player.pause() : player.play())
  const walk = (by: 1 | -1) => {
    const mark = neighbour(marks, player.time(), by)
    if (mark) player.seek(axis.toPlay(mark.at))
  }
  useKeys({
    ' ': toggle,
    k: toggle,
    j: () => player.skip(-10_000),
    l: () => player.skip(10_000),
    ArrowLeft: () => player.skip(-5_000),
    ArrowRight: () => player.skip(5_000),
    'Shift+ArrowLeft': () => player.skip(-1_000),
    'Shift+ArrowRight': () => player.skip(1_000),
    ',': () => void stepPicture(scene, -1),
    '.': () => void stepPicture(scene, 1),
    '[': () => walk(-1),
    ']': () => walk(1),
    c: copy,
    a: () => beginLoop(scene),
    b: () => endLoop(scene),
    Escape: () => steering.end(),
    '+': () => closer(scene),
    '=': () => closer(scene),
    '-': () => further(scene),
    '0': () => zoomBy(scene, null),
  })
}
