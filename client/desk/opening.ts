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
if (place === 'replay' && id) askAhead(session, id)

// Kept by the browser. Whoever needs them asks again, and until they come.
loadMessages($preferences.get().locale, sections).catch(() => undefined)
