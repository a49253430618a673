import { readdir } from 'node:fs/promises'
import { faultCode } from '../fault.ts'

/** None where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return []
    throw error
  }
}
