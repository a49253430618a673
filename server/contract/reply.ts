/** Canned replies: texts at hand, everybody's or one's own. */
import * as z from 'zod/mini'
import { MAX_TEXT, text } from './words.ts'

const DEEPEST = 5
/** `Delivery / late` and `Delivery//late` are the same folder. */
const folderPath = (folder: string): string =>
  folder
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('/')

/** `{visitor.name}`, `{visitor.email}` and `{agent.name}` in the text are filled in before it is edited and sent. */
export const ReplyBody = z.object({
  name: text(80, 1),
  /** Folders stand in folders: `Delivery/Late orders`. Empty: in none. */
  folder: text(200).check(
    z.overwrite(folderPath),
    z.refine((path) => path.split('/').length <= DEEPEST),
  ),
  /** Of the text; null: any. */
  language: z.nullable(z.string().check(z.regex(/^[a-z]{2,3}$/))),
  text: text(MAX_TEXT, 1),
})
export type ReplyBody = z.infer<typeof ReplyBody>

/** GET /api/desk/replies answers `{ replies }`: everybody's and one's own. PUT and DELETE of /api/desk/replies/:id change one's own. */
export type Reply = ReplyBody & { id: string; own: boolean }

/** One's own, at most. */
export const MOST_OWN_REPLIES = 500
