/** Files of those from outside: sent up and fetched with their access token, shown through blob addresses. */
import type { Attachment } from '../../server/contract/http.ts'
import type { AttachmentInfo } from '../../server/conversation/conversation.ts'

/** With the token; rejects on any failure. */
type Fetching = { fetch(path: string, init?: RequestInit): Promise<Response> }

export function createAttachments(
  session: Fetching,
  door: '/api/visitor/attachments' | '/api/guest/attachments',
) {
  const known = new Map<string, Promise<string>>()

  const fetchBlob = async (path: string): Promise<string> => {
    const response = await session.fetch(path)
    return URL.createObjectURL(await response.blob())
  }

  return {
    async upload(file: File): Promise<AttachmentInfo> {
      const response = await session.fetch(`${door}?name=${encodeURIComponent(file.name)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      })
      return (await response.json()) as Attachment
    },
    /** Fetched once a page; a failure may be tried again. */
    url(info: AttachmentInfo, variant: 'preview' | 'file'): Promise<string> {
      const path = `${door}/${info.id}${variant === 'preview' ? '/preview' : ''}`
      const found = known.get(path)
      if (found) return found
      const fetching = fetchBlob(path)
      known.set(path, fetching)
      fetching.catch(() => known.delete(path))
      return fetching
    },
  }
}
