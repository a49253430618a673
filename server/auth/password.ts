import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)
const COST = { memory: 32_768, passes: 3, parallelism: 1 }
const TAG = 32

const plain = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** Argon2id as a PHC string, which carries its own cost: stored hashes outlive a change of `COST`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive('argon2id', { message: normal(password), nonce, tagLength: TAG, ...COST })
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(nonce)}$${plain(tag)}`
}

/** Whether the password fits. Null (nobody, or no password set) takes as long as a wrong password and never fits. */
export async function passwordFits(password: string, stored: string | null): Promise<boolean> {
  const parts = parse(stored ?? '')
  const { nonce, tag, ...cost } = parts ?? { nonce: Buffer.alloc(16), tag: Buffer.alloc(TAG), ...COST }
  const found = await derive('argon2id', { message: normal(password), nonce, tagLength: tag.length, ...cost })
  return timingSafeEqual(found, tag) && parts !== null
}

/** One text for what looks the same, however the keyboard composed it. */
const normal = (password: string) => password.normalize('NFKC')

function parse(phc: string) {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(phc)
  if (!found) return null
  const [, memory, passes, parallelism, nonce = '', tag = ''] = found
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}
