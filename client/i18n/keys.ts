/** Every key there is, from the English files: one that does not exist does not compile. */
import type access from './en/access.json'
import type admin from './en/admin.json'
import type call from './en/call.json'
import type common from './en/common.json'
import type day from './en/day.json'
import type devices from './en/devices.json'
import type desk from './en/desk.json'
import type find from './en/find.json'
import type guest from './en/guest.json'
import type notify from './en/notify.json'
import type push from './en/push.json'
import type judge from './en/judge.json'
import type replay from './en/replay.json'
import type share from './en/share.json'
import type staff from './en/staff.json'
import type team from './en/team.json'
import type ui from './en/ui.json'
import type waiting from './en/waiting.json'
import type widget from './en/widget.json'
import type work from './en/work.json'

type Catalogue = {
  common: typeof common
  ui: typeof ui
  /** Of the thread, what no visitor is told. */
  staff: typeof staff
  widget: typeof widget
  /** Of the widget, what only those need who are not answered at once. */
  waiting: typeof waiting
  call: typeof call
  desk: typeof desk
  /** Of the page where devices are tried. */
  devices: typeof devices
  /** The window in which visitors allow notifications. */
  notify: typeof notify
  /** What notifications say that come while no page is in view: of the worker and of the desk. */
  push: typeof push
  replay: typeof replay
  /** Giving conversations, or parts of them, to others. */
  share: typeof share
  /** Finding conversations. */
  find: typeof find
  /** Choosing a day, and a person's day on one axis. */
  day: typeof day
  /** Scorecards, reviews and what comes of them. */
  judge: typeof judge
  /** Who may hear what, and asking for it. */
  access: typeof access
  /** Of the administration. */
  admin: typeof admin
  /** The page of those who come into a call by a link. */
  guest: typeof guest
  /** Among colleagues: transfers, consultations, supervision, the board. */
  team: typeof team
  /** Statuses, wrap-up, and what makes writing fast. */
  work: typeof work
}
export type Section = keyof Catalogue

/** Plural forms are keys of their own (`minutes_one`, `minutes_other`), asked for by their stem. */
type Stem<K> = K extends `${infer S}_${'one' | 'few' | 'many' | 'other'}` ? S : K

/** `section.key`, e.g. `ui.send`. */
export type Key = { [S in Section]: `${S}.${Stem<keyof Catalogue[S]> & string}` }[Section]
