/** Files of those from outside: sent up and fetched with their access token, shown through blob addresses. */
import type { Attachment } from '../../server/contract/http.ts'
import type { AttachmentInfo } from '../../server/conversation/conversation.ts'
import { untilAnswered } from './until-answered.ts'
import type { Wire } from './wire.ts'

/** That often a file is sent up in vain while there is a line. */
const TRIES = 3

/** Sends a file up, once there is a line; rejects when it fails all the same, or is not wanted any more. */
export const sendUp = async (
  { fetch }: Fetching,
  wire: Pick<Wire, '$status' | 'onOnline'>,
  path: string,
  body: File,
  signal: AbortSignal,
): Promise<Attachment> =>
  untilAnswered(
    wire,
    signal,
    async () => {
      const headers = { 'content-type': 'application/octet-stream' }
      const answer = await fetch(`${path}?name=${encodeURIComponent(body.name)}`, {
        ...{ method: 'POST', headers, body, signal },
      })
      return (await answer.json()) as Attachment
    },
    TRIES,
  )

/** With the token; rejects on any failure. */
type Fetching = { fetch(path: string, init?: RequestInit): Promise<Response> }

export function createAttachments(
  session: Fetching,
  wire: Pick<Wire, '$status' | 'onOnline'>,
  door: '/api/visitor/attachments' | '/api/guest/attachments',
) {
  const known = new Map<string, Promise<string>>()

  const fetchBlob = async (path: string): Promise<string> => {
    const response = await session.fetch(path)
    return URL.createObjectURL(await response.blob())
  }

  return {
    upload: (file: File, signal: AbortSignal): Promise<AttachmentInfo> =>
      sendUp(session, wire, door, file, signal),
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
