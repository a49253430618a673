import { open, rename } from 'node:fs/promises'

/** Lets `write` make a file beside `path`, then puts it in its place: readers see the old or the new, never a part. */
export async function replaceFile<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${path}.part`
  const written = await write(temporary)
  const file = await open(temporary, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  return written
}
