import type { Source } from '../../server/conversation/conversation.ts'

/** Why a device could not be opened, told apart because each is mended in another way. */
export type Trouble =
  /** The person (or an earlier answer that the browser remembers) said no. */
  | 'refused'
  /** The question was closed without an answer; asking again shows it again. */
  | 'dismissed'
  | 'none'
  /** Another program holds it, or the driver failed. */
  | 'busy'
  /** The page around us forbids it by Permissions-Policy. */
  | 'blockedBySite'
  /** Not HTTPS and not localhost. */
  | 'insecure'
  /** The operating system withholds it from the browser. */
  | 'systemRefused'
  /** This browser cannot do it at all (screen sharing on phones). */
  | 'unsupported'

export type Circumstances = {
  source: Source
  secure: boolean
  supported: boolean
  allowedByPolicy: boolean
  /** What the browser remembers after the attempt; null when it does not say. */
  permission: PermissionState | null
}

/** What stands in the way before the browser is asked at all; null when nothing does. */
export function obstacle(at: Circumstances): Trouble | null {
  if (!at.secure) return 'insecure'
  if (!at.supported) return 'unsupported'
  return at.allowedByPolicy ? null : 'blockedBySite'
}

/** The meaning of a rejected getUserMedia or getDisplayMedia. */
export function troubleOf(error: unknown, at: Circumstances): Trouble {
  const blocked = obstacle(at)
  if (blocked) return blocked
  const name = error instanceof Error ? error.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      return refusal(error, at)
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'none'
    case 'NotSupportedError':
    case 'TypeError':
      return 'unsupported'
    default:
      return 'busy'
  }
}

function refusal(error: unknown, { source, permission }: Circumstances): Trouble {
  const message = error instanceof Error ? error.message : ''
  if (/by system|by the system|not allowed by the platform/i.test(message)) return 'systemRefused'
  if (source === 'screen') return 'dismissed'
  if (permission === 'prompt' || /dismissed/i.test(message)) return 'dismissed'
  return 'refused'
}
