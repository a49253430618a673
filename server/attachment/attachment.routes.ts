import { type NextFunction, type Request, type Response, Router } from 'express'
import type { RateName } from '../auth/rate-limit.ts'
import { AppError } from '../contract/errors.ts'
import { Id, MAX_FILE_BYTES, text } from '../contract/words.ts'
import { guestCaller, mediaCaller, staffCaller, visitorCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { addressOf } from '../http/address.ts'
import { downloadPolicy } from '../http/security-headers.ts'
import { sendBytes } from '../http/send-ranges.ts'
import { openAttachment, openForGuest, openForStaff, openForVisitor, upload } from './attachment.service.ts'
import type { StoredAttachment, Uploader } from './attachment.store.ts'
import { contentDisposition } from './file-name.ts'

const FileName = text(500, 1)

/** Before the JSON parser: a body here is a file, whatever its type says. */
export function attachmentRoutes(deps: HttpDeps): Router {
  const { db, limits } = deps

  const receive = async (req: Request, res: Response, uploader: Uploader): Promise<void> => {
    await limits.take('upload', uploader.id)
    const name = parseInput(FileName, req.query['name'])
    const length = req.headers['content-length']
    const declared = length === undefined ? null : Number(length)
    const counted = Math.min(declared ?? MAX_FILE_BYTES, MAX_FILE_BYTES)
    // What says that it is too large comes all the same, and is dropped.
    let left = declared !== null && declared > MAX_FILE_BYTES ? 0 : counted
    const came = (bytes: number) => {
      left = Math.max(left - bytes, 0)
    }
    const taken: [RateName, string][] = []
    const take = async (rate: RateName, subject: string) => {
      // Also where it is refused: then it was counted, and nothing of it comes.
      taken.push([rate, subject])
      await limits.take(rate, subject, counted)
    }
    const store = async () => {
      try {
        await take('uploadBytes', uploader.id)
        await take('uploadBytesAddress', addressOf(req))
        return await upload(db, deps, uploader, { name, body: req, declared, came })
      } finally {
        for (const [rate, subject] of taken) await limits.giveBack(rate, subject, left)
      }
    }
    res.status(201).json(await store())
  }

  return Router()
    .post('/api/visitor/attachments', async (req, res) => {
      const { visitorId } = await visitorCaller(deps, req)
      await receive(req, res, { kind: 'visitor', id: visitorId })
    })
    .post('/api/desk/attachments', async (req, res) => {
      const { personId } = await staffCaller(deps, req)
      await receive(req, res, { kind: 'agent', id: personId })
    })
    .post('/api/guest/attachments', async (req, res) => {
      const { invitationId } = await guestCaller(deps, req)
      await receive(req, res, { kind: 'guest', id: invitationId })
    })
    .get('/api/visitor/attachments/:id{/:preview}', async (req, res, next) => {
      const caller = await visitorCaller(deps, req)
      await deliver(deps, { req, res, next }, await openForVisitor(db, caller, idOf(req)))
    })
    .get('/api/guest/attachments/:id{/:preview}', async (req, res, next) => {
      const caller = await guestCaller(deps, req)
      await deliver(deps, { req, res, next }, await openForGuest(db, caller, idOf(req)))
    })
    .get('/api/desk/attachments/:id{/:preview}', async (req, res, next) => {
      const caller = await mediaCaller(deps, req)
      await deliver(deps, { req, res, next }, await openForStaff(deps, caller, idOf(req)))
    })
}

const notFound = () => new AppError('notFound', 'No such file')

/** What is no id at all is not there either. */
function idOf(req: Request): string {
  const parsed = Id.safeParse(req.params['id'])
  if (!parsed.success) throw notFound()
  return parsed.data
}

function wantsPreview(req: Request): boolean {
  const last = req.params['preview']
  if (last !== undefined && last !== 'preview') throw notFound()
  return last !== undefined
}

type Asked = { req: Request; res: Response; next: NextFunction }

async function deliver(
  deps: HttpDeps,
  { req, res, next }: Asked,
  { info, preview }: StoredAttachment,
): Promise<void> {
  const wanted = wantsPreview(req)
  if (wanted && !preview) throw notFound()
  const file = await openAttachment(deps, info.id, wanted ? 'preview' : 'file')
  if (!file) throw notFound()
  downloadPolicy(res)
  res.set('Content-Disposition', contentDisposition(wanted ? `${info.name}.webp` : info.name))
  res.type(wanted ? 'image/webp' : info.type)
  // No ETag or ranges: nothing of it may be kept, and it is fetched whole.
  sendBytes({ req, res, next }, file, { from: 0, to: file.size })
}
