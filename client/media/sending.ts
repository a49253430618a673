import { atom, type ReadableAtom } from 'nanostores'
import type { Source } from '../../server/conversation/conversation.ts'
import { failureOf } from '../wire/request-error.ts'
import type { Devices } from './devices.ts'
import type { Link } from './link.ts'
import type { Persist } from './persist.ts'

export type Mute = { wished: boolean; confirmed: boolean }

/** What one's own side sends in a call: brought in line with what is wanted and open, over whichever link there is. */
export type Sending = {
  readonly $mute: ReadableAtom<Mute>
  setLive(on: boolean): void
  /** Opens the device and sends it; false when the device could not be had. */
  raise(source: Source): Promise<boolean>
  lower(source: Source): void
  mute(on: boolean): void
  /** As the log has it: nobody needs to be told. */
  adoptMute(on: boolean): void
  /** After a change of the link or of a device. */
  settle(): Promise<void>
  /** Closes all devices; nothing is wanted any more. */
  clear(): void
  close(): void
}

type Options = {
  callId: string
  devices: Devices
  /** The present one. */
  link: () => Link | null
  persist: Persist
  ending: AbortSignal
  failed: (error: unknown) => void
}

const order: readonly Source[] = ['mic', 'cam', 'screen']

export function createSending({ callId, devices, link, persist, ending, failed }: Options): Sending {
  const $mute = atom<Mute>({ wished: false, confirmed: true })
  const wanted = new Set<Source>()
  let live = false

  const enable = () => devices.enable('mic', live && !$mute.get().wished)

  /** One change at a time. */
  let settling: Promise<void> = Promise.resolve()
  const settle = (): Promise<void> => {
    settling = settling.then(async () => {
      for (const source of order) {
        const current = link()
        if (current) await settleOne(current, source)
      }
    })
    return settling
  }

  async function settleOne(current: Link, source: Source): Promise<void> {
    const state = devices.state(source).get()
    const track = wanted.has(source) && state.name === 'on' ? state.track : null
    const sent = current.sending(source)
    try {
      if (track && !sent) await current.raise(source, track)
      else if (track && sent !== track) await current.replace(source, track)
      else if (!track && sent) current.lower(source)
    } catch (error) {
      // The link was closed under it by a move: the next link is settled by its own greeting.
      if (current === link()) throw error
    }
  }

  async function sayMute(): Promise<void> {
    const { wished } = $mute.get()
    try {
      const { muted } = await persist('media.mute', { callId, muted: wished })
      if ($mute.get().wished === muted) $mute.set({ wished: muted, confirmed: true })
    } catch (error) {
      // Not connected yet: it is said again when the call goes live. The track itself is already silent.
      if (!ending.aborted) console.warn('mute not confirmed', failureOf(error).code)
    }
  }

  const stops = order.map((source) => devices.state(source).listen(() => void settle().catch(failed)))
  return {
    $mute,
    settle,
    setLive(on) {
      const { wished, confirmed } = $mute.get()
      if (on && !live && wished && !confirmed) void sayMute()
      live = on
      enable()
    },
    async raise(source) {
      wanted.add(source)
      if (source === 'mic') enable()
      const track = await devices.open(source)
      if (ending.aborted || !wanted.has(source)) return false
      if (!track) wanted.delete(source)
      await settle()
      return track !== null
    },
    lower(source) {
      wanted.delete(source)
      devices.close(source)
      void settle().catch(failed)
    },
    mute(on) {
      $mute.set({ wished: on, confirmed: false })
      enable()
      void sayMute()
    },
    adoptMute(on) {
      $mute.set({ wished: on, confirmed: true })
      enable()
    },
    clear() {
      for (const source of order) devices.close(source)
      wanted.clear()
    },
    close() {
      for (const stop of stops) stop()
    },
  }
}
