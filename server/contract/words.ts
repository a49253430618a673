/** Bounded pieces that every door is built from. */
import * as z from 'zod/mini'
import { MAX_SEQ } from './limits.ts'

export { CONTRACT_VERSION, MAX_FILE_BYTES, MAX_TEXT } from './limits.ts'

/** No NUL and no lone surrogate: refused, never silently changed, since PostgreSQL would refuse or mangle them. */
const clean = z.refine<string>((text) => !/\0|\p{Cs}/u.test(text), 'NUL or lone surrogate')

export const text = (max: number, min = 0) => z.string().check(z.minLength(min), z.maxLength(max), clean)
export const Id = z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/))
export const Seq = z.int().check(z.minimum(0), z.maximum(MAX_SEQ))
/** PostgreSQL's own end of time lies beyond that. */
export const LATEST = 8_000_000_000_000
/** ms since 1970 */
export const Time = z.number().check(z.minimum(0), z.maximum(LATEST))
export const Locale = z.enum(['en', 'fa', 'ru'])
export type Locale = z.infer<typeof Locale>
export const Source = z.enum(['mic', 'cam', 'screen'])
export const CallMedia = z.enum(['voice', 'video'])
export const Consent = z.object({ record: z.array(Source).check(z.maxLength(3)) })
/** `referrer`: the page elsewhere from which the visitor came. */
export const Page = z.object({ url: text(2_000), title: text(300), referrer: z.optional(text(2_000)) })

/** Structures that mediasoup makes and checks; bounded here by the frame's size and by depth at the media node. */
export const Opaque = z.record(z.string(), z.unknown())
export const Empty = z.object({})
