export type DeviceKind = 'mic' | 'cam' | 'speaker'
export type Choice = Record<DeviceKind, string | null>

const KEY = 'parley.devices'
const nothing: Choice = { mic: null, cam: null, speaker: null }

/** Devices chosen earlier. A frame may be denied storage: then the choice lasts as long as the page. */
export function recallChoice(): Choice {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof stored === 'object' && stored !== null ? { ...nothing, ...pick(stored) } : nothing
  } catch {
    return nothing
  }
}

function pick(stored: object): Partial<Choice> {
  const entries = Object.entries(stored).filter(([key, value]) => key in nothing && typeof value === 'string')
  return Object.fromEntries(entries)
}

export function rememberChoice(choice: Choice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice))
  } catch (error) {
    console.warn('device choice is not kept', error)
  }
}
