/** The forms that a site shows. */
import { findConfiguration } from '../configuration/configuration.store.ts'
import type { FormPurpose } from '../contract/form.ts'
import type { Outlook, PublicForm } from '../contract/waiting.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { usualOfflineForm } from './form.policy.ts'

type Db = Database | Transaction

export async function formsOfSite(db: Db, siteId: string): Promise<Outlook['forms']> {
  const row = await db
    .selectFrom('site')
    .select(['pre_chat_form', 'waiting_form', 'offline_form'])
    .where('id', '=', siteId)
    .executeTakeFirst()
  const form = async (id: string | null | undefined, purpose: FormPurpose): Promise<PublicForm | null> => {
    const item = id ? await findConfiguration(db, 'form', id) : null
    // One that has been given another purpose since is not shown for this.
    return item?.body.purpose === purpose ? { intro: item.body.intro, fields: item.body.fields } : null
  }
  return {
    preChat: await form(row?.pre_chat_form, 'preChat'),
    waiting: await form(row?.waiting_form, 'waiting'),
    offline: (await form(row?.offline_form, 'offline')) ?? usualOfflineForm,
  }
}
