/** Push as the server runs it: the way out, the listeners, and the look at the board. */
import { createRateLimits, defaultRates } from '../auth/rate-limit.ts'
import { createLoop } from '../background.ts'
import { pushKey } from '../storage/installation.ts'
import type { Config } from '../config.ts'
import { createBoardAlerts } from './board-alerts.ts'
import { createPushSender } from './push.sender.ts'
import { tellByPush, type TellerDeps } from './push.teller.ts'

type D = Omit<TellerDeps, 'sender' | 'limits' | 'config'> & { config: Config }

const LOOK_MS = 5_000

export async function startPush(d: D): Promise<{ publicKey: string; stop(): Promise<void> }> {
  const { publicUrl, pushHosts: hosts } = d.config
  // Push services want somebody to turn to; a machine without a name has nobody.
  const subject = publicUrl.startsWith('https:') ? publicUrl : 'mailto:nobody@parley.invalid'
  const sender = createPushSender({ privateKey: await pushKey(d.db), subject, hosts })
  const telling = await tellByPush({ ...d, sender, limits: createRateLimits(defaultRates) })
  const alerts = createLoop(d, 'board alerts', LOOK_MS, createBoardAlerts({ ...d, telling }))
  return {
    publicKey: sender.publicKey,
    async stop() {
      await alerts.stop()
      sender.close()
    },
  }
}
