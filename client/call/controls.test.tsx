import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import type { Mute } from '../media/sending.ts'
import type { Call } from './controller.ts'
import { MicAndCamera, UnheardHint } from './controls.tsx'
import type { CallNow } from './use-call.ts'

const call = { devices: { $cam: atom({ name: 'off', endedBySystem: false }) } } as unknown as Call

async function drawn(mute: Mute, locale: 'en' | 'fa' | 'ru' = 'en'): Promise<string> {
  const now = { mute, phase: 'connected' } as CallNow
  return renderToStaticMarkup(
    <I18nContext.Provider value={createI18n(locale, await loadMessages(locale, ['call']))}>
      <MicAndCamera call={call} now={now} />
      <UnheardHint now={now} />
    </I18nContext.Provider>,
  )
}

it('who is unmuted and not heard yet is told so, under the same names', async () => {
  const unheard = await drawn({ wished: false, confirmed: false, unheard: true })
  expect(unheard).toMatch(/<button[^>]*aria-busy="true"[^>]*aria-label="Mute"/)
  expect(unheard).toContain('role="status">You are not heard yet.</p>')
  for (const wished of [true, false])
    for (const confirmed of [true, false]) {
      const other = await drawn({ wished, confirmed })
      expect(other).toContain(`aria-label="${wished ? 'Unmute' : 'Mute'}"`)
      expect(other).not.toMatch(/aria-busy|role="status"/)
    }
})

it.each([
  ['fa', 'هنوز'],
  ['ru', 'пока'],
] as const)('says so in %s', async (locale, word) => {
  expect(await drawn({ wished: false, confirmed: false, unheard: true }, locale)).toContain(word)
})
