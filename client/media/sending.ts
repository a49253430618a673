import { atom, type ReadableAtom } from 'nanostores'
import type { Source } from '../../server/conversation/conversation.ts'
import { failureOf } from '../wire/request-error.ts'
import type { Devices } from './devices.ts'
import type { Link } from './link.ts'
import type { Persist } from './persist.ts'

/** `unheard`: who wishes to be heard has waited for it longer than is usual. */
export type Mute = { wished: boolean; confirmed: boolean; unheard?: true }

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

/** The server answers within some ms; sooner than this a word of it would only flicker. */
const UNHEARD_MS = 300

const order: readonly Source[] = ['mic', 'cam', 'screen']

export function createSending({ callId, devices, link, persist, ending, failed }: Options): Sending {
  const $mute = atom<Mute>({ wished: false, confirmed: true })
  const wanted = new Set<Source>()
  let live = false
  /** Whether the server lets nothing of the microphone through, as it said last. */
  let silenced = false
  let saying = false
  let late: ReturnType<typeof setTimeout> | undefined

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

  function put(wished: boolean, confirmed: boolean): void {
    clearTimeout(late)
    $mute.set({ wished, confirmed })
    enable()
    if (!wished && !confirmed)
      late = setTimeout(() => silenced && $mute.set({ wished, confirmed, unheard: true }), UNHEARD_MS)
  }

  /** One wish at a time: the last one said is what holds. */
  async function sayMute(): Promise<void> {
    if (saying) return
    saying = true
    while (!$mute.get().confirmed && (await sayWish()));
    saying = false
  }

  /** Whether what is wished by now is to be said at once. */
  async function sayWish(): Promise<boolean> {
    const { wished } = $mute.get()
    const wasLive = live
    try {
      const { muted } = await persist('media.mute', { callId, muted: wished })
      silenced = muted
      const now = $mute.get()
      if (now.wished === wished) put(muted, true)
      else if (!now.confirmed) put(now.wished, false)
      return true
    } catch (error) {
      if (ending.aborted) return false
      console.warn('mute not confirmed', failureOf(error).code)
      if ($mute.get().wished !== wished) return true
      // Who wished to be silent is, whatever the server says of it: their track carries nothing.
      if (!wished && wasLive) put(silenced, true)
      // Not connected yet: it is said again when the call goes live.
      return live && !wasLive
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
      put(on, false)
      void sayMute()
    },
    adoptMute(on) {
      silenced = on
      put(on, true)
    },
    clear() {
      for (const source of order) devices.close(source)
      wanted.clear()
    },
    close() {
      clearTimeout(late)
      for (const stop of stops) stop()
    },
  }
}
