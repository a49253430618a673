/**
 * Pointer and wheel on the lanes: press and drag seek, with Shift they mark a range that repeats; Ctrl and the wheel, or
 * two fingers, come closer; a sideways wheel moves the view.
 */
import type { Scene } from './scene.ts'
import { type Fingers, moved, pinched, positionAt, zoomed } from './view.ts'

type Lanes = Pick<Scene, 'player' | 'axis' | 'steering' | '$view'>

/** A finger that moved less has not begun to drag: another may follow it. px. */
const SLACK_PX = 6
/** `deltaMode` of wheels that count in pixels; the others count in lines. */
const PIXELS = 0
const LINE_PX = 16
const WHEEL = 0.005

type Drag =
  | { kind: 'seek' }
  | { kind: 'range'; begin: number }
  | { kind: 'finger'; x: number }
  | { kind: 'pinch' }
  | { kind: 'none' }

/** Returns the way to stop. */
export function listenToLanes(element: HTMLElement, { player, axis, steering, $view }: Lanes): () => void {
  const fingers = new Map<number, number>()
  let drag: Drag = { kind: 'none' }
  const shareAt = (x: number) => {
    const { left, width } = element.getBoundingClientRect()
    return Math.min(1, Math.max(0, (x - left) / Math.max(1, width)))
  }
  const at = ({ clientX }: MouseEvent) => positionAt($view.get(), shareAt(clientX))
  const both = (): Fingers => {
    const [one = 0, other = 0] = [...fingers.values()].map(shareAt)
    return [one, other]
  }

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return
    element.setPointerCapture(event.pointerId)
    if (event.pointerType === 'touch') {
      fingers.set(event.pointerId, event.clientX)
      drag = fingers.size > 1 ? { kind: 'pinch' } : { kind: 'finger', x: event.clientX }
      return
    }
    if (event.shiftKey) drag = { kind: 'range', begin: at(event) }
    else {
      drag = { kind: 'seek' }
      player.seek(at(event))
    }
  }
  const move = (event: PointerEvent) => {
    const before = both()
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event.clientX)
    if (drag.kind === 'pinch' && fingers.size > 1)
      $view.set(pinched($view.get(), axis.length, before, both()))
    else if (drag.kind === 'range') steering.between(drag.begin, at(event))
    else if (drag.kind === 'seek') player.seek(at(event))
    else if (drag.kind === 'finger' && Math.abs(event.clientX - drag.x) > SLACK_PX) drag = { kind: 'seek' }
  }
  const up = (event: PointerEvent) => {
    if (drag.kind === 'finger' && event.type === 'pointerup') player.seek(at(event))
    if (drag.kind === 'range') {
      const { loop } = steering.$range.get()
      if (loop) player.seek(loop.from)
    }
    fingers.delete(event.pointerId)
    // The finger that is left of two does nothing more.
    drag = { kind: 'none' }
  }
  const wheel = (event: WheelEvent) => {
    const unit = event.deltaMode === PIXELS ? 1 : LINE_PX
    const view = $view.get()
    if (event.ctrlKey || event.metaKey) {
      const times = Math.exp(-event.deltaY * unit * WHEEL)
      $view.set(zoomed(view, axis.length, Math.min(2, Math.max(0.5, times)), at(event)))
    } else {
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX
      if (Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return
      const { width } = element.getBoundingClientRect()
      $view.set(moved(view, axis.length, ((sideways * unit) / Math.max(1, width)) * (view.to - view.from)))
    }
    event.preventDefault()
  }
  const gone = new AbortController()
  const { signal } = gone
  element.addEventListener('pointerdown', down, { signal })
  element.addEventListener('pointermove', move, { signal })
  element.addEventListener('pointerup', up, { signal })
  element.addEventListener('pointercancel', up, { signal })
  element.addEventListener('wheel', wheel, { signal, passive: false })
  return () => gone.abort()
}
