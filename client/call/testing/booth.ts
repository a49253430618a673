/** What a call stands on in a browser, for tests that need none: a tab that remembers its call, and devices. */
import { atom } from 'nanostores'
import type { Source } from '../../../server/conversation/conversation.ts'
import type { Devices, SourceState } from '../../media/devices.ts'

const off: SourceState = { name: 'off', endedBySystem: false }
export const on = { name: 'on', track: {} as MediaStreamTrack } satisfies SourceState

/** What of a browser there has to be: a tab that remembers its call, and its way into the network. */
const kept = new Map<string, string>()
Object.assign(globalThis, {
  sessionStorage: {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  },
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
})

/** Devices that all open at once, and write down whether the microphone carries sound. */
export class Booth {
  readonly states = { mic: atom(off), cam: atom(off), screen: atom(off) }
  readonly sounds: boolean[] = []
  readonly opened: Source[] = []
  readonly devices = {
    ...{ $mic: this.states.mic, $cam: this.states.cam, $screen: this.states.screen },
    $choice: atom({ mic: null, cam: null, speaker: null }),
    $warm: atom(false),
    state: (source: Source) => this.states[source],
    open: async (source: Source) => {
      this.opened.push(source)
      this.states[source].set(on)
      return on.track
    },
    close: (source: Source) => this.states[source].set(off),
    enable: (_source: Source, sounds: boolean) => this.sounds.push(sounds),
    occupy: () => true,
    occupant: () => null,
    vacate: () => undefined,
  } as unknown as Devices
}
