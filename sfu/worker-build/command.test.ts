import { describe, expect, it } from '@jest/globals'
import { CommandError, runCommand, tryCommand } from './command.ts'

describe('a command', () => {
  it('gives its output, and its lines as they come', async () => {
    const lines: string[] = []
    const onLine = (line: string) => {
      lines.push(line)
    }
    expect(await runCommand('sh', ['-c', 'echo one; echo two; printf three'], { onLine })).toBe(
      'one\ntwo\nthree',
    )
    expect(lines).toEqual(['one', 'two', 'three'])
  })

  it('fails with its code and its last lines', async () => {
    const failed = await runCommand('sh', ['-c', 'echo because >&2; exit 7']).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(CommandError)
    expect(failed).toMatchObject({ code: 7, output: 'because' })
  })

  it('is killed when it takes too long', async () => {
    await expect(runCommand('sleep', ['60'], { timeoutMs: 50 })).rejects.toThrow(/ended by SIGKILL/)
  })

  it('that is only tried gives nothing when it fails or is not there', async () => {
    expect(await tryCommand('false', [])).toBeUndefined()
    expect(await tryCommand('no-such-program', [])).toBeUndefined()
  })
})
