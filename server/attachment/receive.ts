import { open, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { MAX_FILE_BYTES } from '../contract/words.ts'
import { AppError } from '../contract/errors.ts'
import { faultCode } from '../fault.ts'

/** How long one may take: 25 MB at 300 kbit/s. */
export const UPLOAD_MS = 12 * 60_000
/** Who sends nothing for so long has gone, and only the connection does not know it. */
const IDLE_MS = 30_000

/** `came`: told of bytes as they come. `idleMs`: how long none may come. */
type Receiving = { came?: ((bytes: number) => void) | undefined; idleMs?: number }

/**
 * Streams a body to a file and tells its size. Whatever goes wrong, no file is left. Throws `tooLarge` as soon as the
 * limit is passed, `badInput` for nothing at all or for a sender who went away or fell silent.
 */
export async function receiveFile(
  body: Readable,
  declared: number | null,
  file: string,
  how: Receiving = {},
): Promise<number> {
  if (declared !== null && declared > MAX_FILE_BYTES) throw tooLarge()
  try {
    return await write(body, file, how)
  } catch (error) {
    await rm(file, { force: true })
    // The rest is read and dropped: Node does so only for bodies that nobody began to read, and the connection hangs.
    body.resume()
    throw isCutOff(error) ? new AppError('badInput', 'The upload was cut off', { cause: error }) : error
  }
}

async function write(body: Readable, file: string, { came, idleMs = IDLE_MS }: Receiving): Promise<number> {
  let bytes = 0
  await using handle = await open(file, 'wx', 0o600)
  const wait = () =>
    setTimeout(() => body.destroy(new AppError('badInput', 'The upload fell silent')), idleMs)
  let silence = wait()
  try {
    // Not destroyed on return: the connection must still carry our answer.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      // While the disk is slow nobody waits for the sender.
      clearTimeout(silence)
      const part: unknown = chunk
      if (!Buffer.isBuffer(part)) throw new Error('a body in bytes was expected')
      bytes += part.length
      came?.(part.length)
      if (bytes > MAX_FILE_BYTES) throw tooLarge()
      await handle.writeFile(part)
      silence = wait()
    }
  } finally {
    clearTimeout(silence)
  }
  if (bytes === 0) throw new AppError('badInput', 'The file is empty')
  return bytes
}

const tooLarge = () => new AppError('tooLarge', 'Files may have up to 25 MB')

const isCutOff = (error: unknown) => ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(faultCode(error))
