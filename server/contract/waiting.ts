/** What a visitor who is not answered yet is told, and can do instead. */
import * as z from 'zod/mini'
import type { FormBody } from './form.ts'

/** Whether, and from when on, somebody answers here. `opensAt`: ms since 1970, while closed; null: not known. */
export type Team = { online: boolean; open: boolean; opensAt: number | null; full: boolean }

/** Where a waiting contact stands: 1 is the next. The wait lies between the two in three of five cases, ms; null: no telling. */
export type Place = { position: number; waitMs: { from: number; to: number } | null }

/** A form as the widget gets it. */
export type PublicForm = Pick<FormBody, 'intro' | 'fields'>

export type Opening = { from: number; to: number }

export type Outlook = {
  /** The queue of which it tells: where the open conversation stands, else the one that the site's enter; null is everybody's. */
  queueId: string | null
  team: Team
  /** Null: does not wait, or a task. */
  place: Place | null
  /** Of a purpose for which the site has none: null. There always is one to leave word by. */
  forms: { preChat: PublicForm | null; waiting: PublicForm | null; offline: PublicForm }
  /**
   * Whether call-backs are offered, and until how long from now on one can be wished for, ms. `openings`: when somebody may ring in
   * that time, in order, ms since 1970; null: always.
   */
  callback: { mostMs: number; openings: Opening[] | null } | null
  voicemail: { mostMs: number; video: boolean } | null
}
export const Outlook = z.custom<Outlook>((value) => typeof value === 'object' && value !== null)
