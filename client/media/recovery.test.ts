import { describe, expect, it } from '@jest/globals'
import { deadlineOf, type Recovery, recover, type Step, type Trial } from './recovery.ts'

type Row = [Recovery['name'], Trial, 'online' | 'offline', 'up' | 'down', Recovery['name'], Step]

const table: Row[] = [
  ['connecting', 'connected', 'online', 'up', 'fine', 'none'],
  ['connecting', 'timeout', 'online', 'down', 'rebuilding', 'rebuild'],
  ['connecting', 'pathChanged', 'online', 'down', 'connecting', 'none'],
  ['fine', 'broken', 'online', 'down', 'restarting', 'restartIce'],
  ['fine', 'broken', 'offline', 'down', 'waiting', 'none'],
  ['fine', 'pathChanged', 'online', 'up', 'restarting', 'restartIce'],
  ['fine', 'pathChanged', 'offline', 'up', 'waiting', 'none'],
  ['fine', 'socketBack', 'online', 'up', 'fine', 'none'],
  ['waiting', 'socketBack', 'online', 'down', 'restarting', 'restartIce'],
  ['waiting', 'socketBack', 'online', 'up', 'restarting', 'restartIce'],
  ['waiting', 'connected', 'offline', 'up', 'fine', 'none'],
  ['restarting', 'broken', 'online', 'down', 'restarting', 'none'],
  ['restarting', 'connected', 'online', 'up', 'fine', 'none'],
  ['restarting', 'connected', 'online', 'down', 'restarting', 'none'],
  ['restarting', 'timeout', 'online', 'up', 'fine', 'none'],
  ['restarting', 'timeout', 'online', 'down', 'restarting', 'restartIce'],
  ['restarting', 'timeout', 'offline', 'down', 'waiting', 'none'],
  ['restarting', 'refused', 'online', 'down', 'rebuilding', 'rebuild'],
  ['rebuilding', 'broken', 'online', 'down', 'rebuilding', 'none'],
  ['rebuilding', 'timeout', 'online', 'down', 'rebuilding', 'rebuild'],
]

describe('recovery of a media connection', () => {
  it.each(table)('%s on %s (%s, media %s) becomes %s: %s', (from, trial, wire, media, to, step) => {
    const state: Recovery = from === 'restarting' ? { name: from, round: 0 } : { name: from }
    const move = recover(state, trial, { online: wire === 'online', connected: media === 'up' })
    expect(move).toMatchObject({ next: { name: to }, step })
  })

  it('restarts ICE a few times, each with a deadline, before all is built anew', () => {
    const steps: Step[] = []
    let state: Recovery = { name: 'restarting', round: 0 }
    for (let ms = 0; state.name === 'restarting'; ms += deadlineOf(state) ?? 0) {
      expect(ms).toBeLessThan(6_000)
      const move = recover(state, 'timeout', { online: true, connected: false })
      steps.push(move.step)
      state = move.next
    }
    expect(steps).toEqual(['restartIce', 'restartIce', 'restartIce', 'rebuild'])
  })
})
