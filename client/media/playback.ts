import { atom, type ReadableAtom } from 'nanostores'
import type { Devices } from './devices.ts'
import { canChooseSpeaker } from './environment.ts'
import type { Remote } from './remote.ts'

/** Plays the voices of a call, wherever in the page the person is looking. */
export type Playback = {
  /** The browser wants a click before it lets sound out. */
  readonly $blocked: ReadableAtom<boolean>
  /** To be called from a click. */
  listen(): void
  close(): void
}

export function createPlayback(remote: Remote, devices: Devices): Playback {
  const $blocked = atom(false)
  const players = new Map<MediaStream, HTMLAudioElement>()

  function play(player: HTMLAudioElement): void {
    player.play().then(
      () => $blocked.set(false),
      (error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') $blocked.set(true)
      },
    )
  }

  function route(player: HTMLAudioElement): void {
    const speaker = devices.$choice.get().speaker
    if (!speaker || !canChooseSpeaker()) return
    player
      .setSinkId(speaker)
      .catch((error: unknown) => console.warn('the chosen speaker is not there', error))
  }

  function add(stream: MediaStream): void {
    const player = document.createElement('audio')
    player.autoplay = true
    player.hidden = true
    player.srcObject = stream
    document.body.append(player)
    players.set(stream, player)
    route(player)
    play(player)
  }

  function remove(stream: MediaStream, player: HTMLAudioElement): void {
    players.delete(stream)
    player.srcObject = null
    player.remove()
  }

  const stops = [
    remote.$tracks.subscribe((tracks) => {
      const voices = new Set(tracks.filter(({ source }) => source === 'mic').map(({ stream }) => stream))
      for (const stream of voices) {
        const player = players.get(stream)
        if (!player) add(stream)
        // Stopped because its stream ran dry for a while.
        else if (player.paused && !$blocked.get()) play(player)
      }
      for (const [stream, player] of players) if (!voices.has(stream)) remove(stream, player)
    }),
    devices.$choice.listen(() => players.forEach(route)),
  ]

  return {
    $blocked,
    listen() {
      $blocked.set(false)
      players.forEach(play)
    },
    close() {
      for (const stop of stops) stop()
      for (const [stream, player] of players) remove(stream, player)
    },
  }
}
