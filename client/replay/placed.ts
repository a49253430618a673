/** Where things stand in the lanes. Time runs from left to right in every language. */
import { useStore } from '@nanostores/react'
import type { Axis, Span } from './axis.ts'
import type { Scene } from './scene.ts'
import { shareOf, type View } from './view.ts'

const percent = (share: number): string => `${share * 100}%`

export const leftOf = (view: View, position: number): string => percent(shareOf(view, position))

/** Left and width of a span of play. */
export const widthOf = (view: View, { from, to }: Span): { left: string; width: string } => ({
  left: leftOf(view, from),
  width: percent((to - from) / (view.to - view.from)),
})

export const onAxis = (axis: Axis, { from, to }: Span): Span => ({
  from: axis.toPlay(from),
  to: axis.toPlay(to),
})

/** Those that are in view, with their places; they are given in the conversation's time. */
export function usePlaced({ axis, $view }: Pick<Scene, 'axis' | '$view'>) {
  const view = useStore($view)
  return {
    view,
    spans<T extends Span>(all: readonly T[]) {
      return all.flatMap((one) => {
        const play = onAxis(axis, one)
        return play.to < view.from || play.from > view.to ? [] : [{ one, style: widthOf(view, play) }]
      })
    },
    moments<T extends { at: number }>(all: readonly T[]) {
      return all.flatMap((one) => {
        const play = axis.toPlay(one.at)
        return play < view.from || play > view.to ? [] : [{ one, style: { left: leftOf(view, play) } }]
      })
    },
  }
}
