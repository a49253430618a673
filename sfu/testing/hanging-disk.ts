/** A disk that does not answer: what the file handles of this process are asked for waits until it is let go. */
import { type FileHandle, open } from 'node:fs/promises'

type Call = (this: FileHandle, ...given: unknown[]) => Promise<unknown>

export type HangingDisk = {
  hang(): void
  letGo(): void
  /** As it was before; lets go. */
  end(): void
}

export async function hangingDisk(...names: ('write' | 'datasync')[]): Promise<HangingDisk> {
  const handle = await open('/dev/null')
  const calls = Object.getPrototypeOf(handle) as Record<string, Call>
  await handle.close()
  let hangs: PromiseWithResolvers<void> | null = null
  const letGo = () => {
    hangs?.resolve()
    hangs = null
  }
  const real = names.map((name) => [name, calls[name]] as const)
  for (const [name, call] of real) {
    calls[name] = async function (...given) {
      await hangs?.promise
      return await call?.apply(this, given)
    }
  }
  return {
    hang: () => {
      hangs ??= Promise.withResolvers()
    },
    letGo,
    end() {
      letGo()
      for (const [name, call] of real) if (call) calls[name] = call
    },
  }
}
