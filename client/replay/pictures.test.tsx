import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import type { Axis } from './axis.ts'
import { Pictures } from './pictures.tsx'
import type { Player } from './player.ts'
import type { Picture } from './scene.ts'

// Before a call, after it and in a pause for card data there is no voice either.
it.each([
  ['en', 'No picture at this moment'],
  ['fa', 'در این لحظه تصویری نیست'],
  ['ru', 'Сейчас нет изображения'],
] as const)('where there is no picture nothing is said of sound: %s', async (locale, words) => {
  const i18n = createI18n(locale, await loadMessages(locale, ['replay']))
  const player = { $position: atom(0), $rate: atom(1) } as unknown as Player
  const axis = { toTime: (position: number) => position } as Axis
  const later = { id: 'a', side: 'agent', source: 'cam', name: null, from: 60_000, to: 90_000 } as Picture
  const drawn = renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <Pictures {...{ pictures: [later], player, axis, screens: new Map() as never }} />
    </I18nContext.Provider>,
  )
  expect(drawn.replace(/<[^>]+>/g, '')).toBe(words)
})
