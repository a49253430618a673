/** Forms that an operator defines and visitors fill in: before a chat, while they wait, when nobody is there. */
import * as z from 'zod/mini'
import { text } from './words.ts'

const list = <T extends z.ZodMiniType>(item: T, most: number) => z.array(item).check(z.maxLength(most))

/** In each language of the widget; an empty one is not written yet, and its readers get one that is. */
export const Translated = (max: number) =>
  z
    .object({ en: text(max), fa: text(max), ru: text(max) })
    .check(
      z.refine(
        ({ en, fa, ru }) => `${en}${fa}${ru}`.trim() !== '',
        'Needs its words in one language at least',
      ),
    )
export type Translated = { en: string; fa: string; ru: string }

export const FormPurpose = z.enum(['preChat', 'waiting', 'offline'])
export type FormPurpose = z.infer<typeof FormPurpose>

/** Names a field within its form; answers are sent under it. */
const FieldId = z.string().check(z.regex(/^[a-z0-9-]{1,40}$/))
const field = { id: FieldId, label: Translated(120), required: z.boolean() }

/**
 * `name` becomes the visitor's name at the desk, `email` and `phone` their address, unless the shop has vouched for another.
 * `longText` is a message's worth.
 */
export const FormField = z.discriminatedUnion('type', [
  z.object({ ...field, type: z.enum(['text', 'longText', 'name', 'email', 'phone']) }),
  z.object({ ...field, type: z.literal('choice'), options: list(Translated(120), 30).check(z.minLength(1)) }),
])
export type FormField = z.infer<typeof FormField>

/** Whoever leaves a message must be reachable. */
const hasAddress = z.refine<{ purpose: FormPurpose; fields: FormField[] }>(
  ({ purpose, fields }) =>
    purpose !== 'offline' ||
    fields.some(({ type, required }) => required && (type === 'email' || type === 'phone')),
  'An offline form asks for an e-mail address or a telephone number, and requires it',
)
const hasOwnIds = z.refine<{ fields: FormField[] }>(
  ({ fields }) => new Set(fields.map(({ id }) => id)).size === fields.length,
  'Two fields have the same id',
)

export const FormBody = z
  .object({
    name: text(80, 1),
    purpose: FormPurpose,
    /** Above the fields; empty for none. */
    intro: z.object({ en: text(500), fa: text(500), ru: text(500) }),
    fields: list(FormField, 20).check(z.minLength(1)),
  })
  .check(hasAddress, hasOwnIds)
export type FormBody = z.infer<typeof FormBody>

/** Answers by the field's id. Of a choice: the option's place in the list, from 0, as text. Checked against the form at the door. */
export const Answers = z.record(FieldId, text(2_000))
export type Answers = z.infer<typeof Answers>
