/**
 * What the desk asks while its own code is still on its way: who is there, for the words, and for what a replay is made of. A file
 * of its own, which the page runs as soon as it has come.
 */
import { loadMessages } from '../i18n/load.ts'
import { askAhead } from '../replay/ahead.ts'
import { sections } from './app-sections.ts'
import { $preferences } from './preferences.ts'
import { createSession } from './session/desk-session.ts'

export const session = createSession()
void session.start()

const [, , place, id] = location.pathname.split('/')
// Of code and words the browser keeps what has come. Whoever needs them asks again, and until they come.
if (place === 'replay' && id) {
  askAhead(session, id)
  import('../replay/replay-page.tsx').catch(() => undefined)
}
loadMessages($preferences.get().locale, sections).catch(() => undefined)
