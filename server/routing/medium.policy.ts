/** What the next agent gets. Pure. */
import type { ConversationState } from '../conversation/conversation.ts'
import type { Medium } from './routing.ts'

/** A chat, the call that the visitor asked for or is in, or the one by which they are to be called back. */
export function mediumOf({ call, task }: Pick<ConversationState, 'call' | 'task'>): Medium {
  if (task?.kind === 'callback') return task.media
  if (!call || call.voicemail) return 'chat'
  return call.phase === 'connected' || call.by === 'visitor' ? call.media : 'chat'
}
