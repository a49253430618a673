import { describe, expect, it } from '@jest/globals'
import { hashPassword, passwordFits } from './password.ts'

describe('passwords', () => {
  it('fit their own hash only, however they were composed', async () => {
    const stored = await hashPassword('caf\u00e9 au lait 12')
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=32768,t=3,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(await passwordFits('cafe\u0301 au lait 12', stored)).toBe(true)
    expect(await passwordFits('cafe au lait 12', stored)).toBe(false)
    expect(await passwordFits('', stored)).toBe(false)
  })

  it('never fit where none is set, or where the hash is not ours', async () => {
    expect(await passwordFits('', null)).toBe(false)
    expect(await passwordFits('x', '')).toBe(false)
    expect(await passwordFits('x', '$argon2id$v=19$m=8,t=1,p=1$$')).toBe(false)
  })

  it('are salted', async () => {
    expect(await hashPassword('twelve letters')).not.toBe(await hashPassword('twelve letters'))
  })

  it('take as long for nobody as for somebody', async () => {
    const stored = await hashPassword('twelve letters')
    const cost = async (hash: string | null) => {
      const began = performance.now()
      await passwordFits('wrong password', hash)
      return performance.now() - began
    }
    await cost(null)
    const [known, unknown] = [await cost(stored), await cost(null)]
    expect(unknown).toBeGreaterThan(known / 3)
  })
})
