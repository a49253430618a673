/** The visitor's files: sent up and fetched with the access token, shown through blob addresses. */
import type { Attachment } from '../../../server/contract/http.ts'
import type { AttachmentInfo } from '../../../server/conversation/conversation.ts'
import type { Session } from '../../wire/visitor-session.ts'

const PATH = '/api/visitor/attachments'

export function createAttachments(session: Pick<Session, 'fetch'>) {
  const known = new Map<string, Promise<string>>()

  const fetchBlob = async (path: string): Promise<string> => {
    const response = await session.fetch(path)
    return URL.createObjectURL(await response.blob())
  }

  return {
    async upload(file: File): Promise<AttachmentInfo> {
      const response = await session.fetch(`${PATH}?name=${encodeURIComponent(file.name)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      })
      return (await response.json()) as Attachment
    },
    /** Fetched once a page; a failure may be tried again. */
    url(info: AttachmentInfo, variant: 'preview' | 'file'): Promise<string> {
      const path = `${PATH}/${info.id}${variant === 'preview' ? '/preview' : ''}`
      const found = known.get(path)
      if (found) return found
      const fetching = fetchBlob(path)
      known.set(path, fetching)
      fetching.catch(() => known.delete(path))
      return fetching
    },
  }
}
