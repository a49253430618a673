import type { Source } from '../../server/conversation/conversation.ts'
import type { Circumstances } from './trouble.ts'

const features = { mic: 'microphone', cam: 'camera', screen: 'display-capture' } as const

/** Chromium tells what the surrounding page's Permissions-Policy leaves us; other browsers do not say. */
type PolicyDocument = Document & {
  featurePolicy?: { allowsFeature(name: string): boolean; features(): string[] }
}

function allowedByPolicy(source: Source): boolean {
  const policy = (document as PolicyDocument).featurePolicy
  const feature = features[source]
  return !policy?.features().includes(feature) || policy.allowsFeature(feature)
}

/** Screen sharing is offered only where the browser can do it. */
export const canShareScreen = (): boolean =>
  typeof navigator.mediaDevices?.getDisplayMedia === 'function' && allowedByPolicy('screen')

export const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype

/** What the browser remembers of an earlier answer; null where it does not say. */
export async function permissionOf(source: Source): Promise<PermissionState | null> {
  if (source === 'screen') return null
  try {
    // Known to all current browsers, but not to the type of the DOM library's older names.
    const status = await navigator.permissions.query({ name: features[source] as PermissionName })
    return status.state
  } catch (error) {
    // Browsers that cannot answer throw a TypeError: then we do not know.
    if (error instanceof TypeError) return null
    throw error
  }
}

/** What can be told at once: a screen must be asked for within the click, before anything is awaited. */
export function circumstances(source: Source): Circumstances {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  const call = source === 'screen' ? devices?.getDisplayMedia : devices?.getUserMedia
  return {
    source,
    secure: window.isSecureContext,
    supported: typeof call === 'function',
    allowedByPolicy: allowedByPolicy(source),
    permission: null,
  }
}
