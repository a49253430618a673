/**
 * What is done to a microphone's sound before it is sent, as chosen for each microphone: by the browser, and by `hush`, the
 * strong noise suppression of our own. Where that is on, the browser's is off: one after the other makes speech hollow.
 */
export type Processing = { echo: boolean; gain: boolean; noise: boolean; hush: boolean }
/** The browser's. */
export const processings = ['echo', 'gain', 'noise'] as const satisfies readonly (keyof Processing)[]
type Browsers = (typeof processings)[number]

const KEY = 'parley.processing'
/** Microphones whose choice is kept, the latest last. */
const KEPT = 20
const standard: Processing = { echo: true, gain: true, noise: true, hush: false }
export const unprocessed: Processing = { echo: false, gain: false, noise: false, hush: false }
const names = {
  echo: 'echoCancellation',
  gain: 'autoGainControl',
  noise: 'noiseSuppression',
} as const satisfies Record<Browsers, keyof MediaTrackSettings>

/** Of these, what this browser lets one choose. */
export function choosable(): readonly Browsers[] {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  const supported = devices?.getSupportedConstraints() ?? {}
  return processings.filter((one) => supported[names[one]])
}

const does = (wanted: Processing, one: Browsers): boolean => wanted[one] && !(one === 'noise' && wanted.hush)

export const processingConstraints = (wanted: Processing): MediaTrackConstraints =>
  Object.fromEntries(processings.map((one) => [names[one], does(wanted, one)]))

/** Whether the running track obeys now; where not, it must be captured anew. */
export async function obeys(track: MediaStreamTrack, wanted: Processing): Promise<boolean> {
  try {
    await track.applyConstraints({ ...processingConstraints(wanted), channelCount: { ideal: 1 } })
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
  return follows(track, wanted)
}

/** Whether that is done to the track, as far as the browser says. */
export function follows(track: MediaStreamTrack, wanted: Processing): boolean {
  const now = track.getSettings()
  return processings.every((one) => now[names[one]] === undefined || now[names[one]] === does(wanted, one))
}

/** Kept before there was `hush`, an entry lacks it. */
type Kept = [device: string, processing: Omit<Processing, 'hush'> & { hush?: boolean }][]

function kept(): Kept {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isEntry) : []
  } catch {
    return []
  }
}

const isEntry = (one: unknown): one is Kept[number] =>
  Array.isArray(one) &&
  typeof one[0] === 'string' &&
  typeof one[1] === 'object' &&
  one[1] !== null &&
  processings.every((name) => typeof (one[1] as Record<string, unknown>)[name] === 'boolean')

/** Null: whichever microphone the browser takes of itself. */
export function recallProcessing(deviceId: string | null): Processing {
  return { ...standard, ...kept().find(([device]) => device === (deviceId ?? ''))?.[1] }
}

export function rememberProcessing(deviceId: string | null, processing: Processing): void {
  const others = kept().filter(([device]) => device !== (deviceId ?? ''))
  const all: Kept = [...others, [deviceId ?? '', processing]]
  try {
    localStorage.setItem(KEY, JSON.stringify(all.slice(-KEPT)))
  } catch (error) {
    console.warn('the choice is not kept', error)
  }
}
