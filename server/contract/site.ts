/** A site, as it is configured. Lengths of time are ms. */
import * as z from 'zod/mini'
import { isWithin } from './domain.ts'
import { count, HOUR, list } from './measures.ts'
import { Id, Locale, text } from './words.ts'

function parsed(given: string): URL | null {
  try {
    return new URL(given)
  } catch {
    return null
  }
}

/** As a browser sends it in `Origin`; a slash at its end or capitals in it are taken for what is meant. */
const Origin = z.string().check(
  z.maxLength(300),
  z.trim(),
  z.refine((given) => {
    const url = parsed(given)
    if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return false
    return url.pathname === '/' && !url.search && !url.hash
  }, 'Each must look like https://shop.example'),
  z.overwrite((given) => parsed(given)?.origin ?? given),
)

/** Words of the site's own in place of Parley's; empty: Parley's. */
const siteWords = { launcher: 60, greeting: 80, greetingNow: 200, greetingLater: 200 } as const
const word = (most: number) => z._default(text(most), '')
const SiteWords = z.object({
  launcher: word(siteWords.launcher),
  greeting: word(siteWords.greeting),
  greetingNow: word(siteWords.greetingNow),
  greetingLater: word(siteWords.greetingLater),
})
const noWords = { launcher: '', greeting: '', greetingNow: '', greetingLater: '' }

/** A name with a dot in it that is no address: `shop.example`. Browsers refuse those under which strangers register. */
const Domain = z
  .string()
  .check(
    z.maxLength(253),
    z.trim(),
    z.toLowerCase(),
    z.regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/, 'It must look like shop.example'),
  )

/** `*` stands for any text: `/checkout/*` of the path, `https://pay.shop.example/*` of the whole address. */
const PagePattern = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(300),
    z.trim(),
    z.regex(/^(\/|https?:\/\/)/, 'It begins with / or https://'),
  )

const SiteRecording = z.object({
  /** While one of them is open, nothing of a call is written. */
  pausePages: z._default(list(PagePattern, 20), []),
  /** After how long of a pause its agent is asked whether it was forgotten. */
  remindMs: z._default(count(10_000, HOUR), 60_000),
  /** What becomes of a call whose visitor takes back their consent, where its queue says nothing else. */
  withdrawn: z._default(z.enum(['goOn', 'end']), 'goOn'),
})
export type SiteRecording = z.infer<typeof SiteRecording>
export const usualRecording: SiteRecording = { pausePages: [], remindMs: 60_000, withdrawn: 'goOn' }

/** A place where the widget stands. Its key, its secret and its hold sound are not of the configuration. */
export const Site = z.object({
  name: text(120, 1),
  origins: list(Origin, 50).check(z.minLength(1)),
  locale: Locale,
  accent: z.string().check(z.regex(/^#[0-9a-f]{6}$/i)),
  texts: z.object({
    en: z._default(SiteWords, noWords),
    fa: z._default(SiteWords, noWords),
    ru: z._default(SiteWords, noWords),
  }),
  /** `optional`: the call goes on unrecorded when refused. `required`: refused means no call. */
  consent: z.enum(['optional', 'required']),
  /** Where its contacts wait; null: with everybody. */
  queueId: z.nullable(Id),
  /** What its visitors fill in, by occasion; null: nothing. */
  forms: z._default(z.object({ preChat: z.nullable(Id), waiting: z.nullable(Id), offline: z.nullable(Id) }), {
    ...{ preChat: null, waiting: null, offline: null },
  }),
  /** Over its subdomains a cookie of the shop's may carry the visitor; null: none does. */
  cookieDomain: z._default(z.nullable(Domain), null),
  recording: z._default(SiteRecording, usualRecording),
})
export const within = z.refine<z.infer<typeof Site>>(
  ({ origins, cookieDomain }) =>
    cookieDomain === null || origins.some((origin) => isWithin(parsed(origin)?.hostname ?? '', cookieDomain)),
  { path: ['cookieDomain'], error: 'One of the origins must lie in it' },
)

/** The least that a site is made of. */
export const NewSite = z.pick(Site, { name: true, origins: true })
