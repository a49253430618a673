import type { AttachmentInfo } from '../../../server/conversation/conversation.ts'

/** The cookie of this path authorises; no header is needed. */
export const fileUrl = (info: AttachmentInfo, variant: 'preview' | 'file'): string =>
  `/api/desk/attachments/${info.id}${variant === 'preview' ? '/preview' : ''}`
