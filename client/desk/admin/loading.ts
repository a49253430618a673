/** Something that a screen cannot be drawn without. */
import { atom, type ReadableAtom } from 'nanostores'
import type { Source } from './fields.ts'

export type Loading = {
  $state: ReadableAtom<'loading' | 'there' | 'failed'>
  /** Asks for it, also once more where that failed. */
  ask(): Promise<void>
}

/** `failed` is told why, each time. */
export function createLoading(load: () => Promise<void>, failed: (error: unknown) => void): Loading {
  const $state = atom<'loading' | 'there' | 'failed'>('loading')
  return {
    $state,
    async ask() {
      $state.set('loading')
      try {
        await load()
        $state.set('there')
      } catch (error) {
        $state.set('failed')
        failed(error)
      }
    },
  }
}

/** What the forms of a source name: lists that must be there before it is shown. */
export const needs: Partial<Record<Source, readonly Source[]>> = {
  person: ['team', 'skill', 'queue', 'profile'],
  team: ['person', 'profile'],
  skill: ['person', 'profile'],
  queue: ['person', 'profile', 'team', 'skill', 'hours'],
  accessRule: ['team', 'queue'],
  samplingRule: ['scorecard', 'person', 'queue', 'team', 'disposition'],
  site: ['queue', 'form'],
  keepingRule: ['queue'],
}
