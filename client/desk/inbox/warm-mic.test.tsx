import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import type { SourceState } from '../../media/devices.ts'
import type { Trouble } from '../../media/trouble.ts'
import { WarmMic } from './warm-mic.tsx'

const i18n = createI18n('en', await loadMessages('en', ['common', 'call', 'desk']))

function drawn(mic: SourceState, warm = true): string {
  const devices = { $warm: atom(warm), $mic: atom(mic), setWarm: () => Promise.resolve() }
  return renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <WarmMic devices={devices} />
    </I18nContext.Provider>,
  )
}
const trouble = (of: Trouble) => drawn({ name: 'trouble', trouble: of })

describe('the microphone in the status bar', () => {
  it('is said to be ready, or to be asked for, while it is kept warm', () => {
    expect(drawn({ name: 'prompting', since: 0 })).toContain('Keep the microphone ready')
    expect(drawn({ name: 'off', endedBySystem: false })).toContain('Microphone ready')
    expect(drawn({ name: 'off', endedBySystem: false }, false)).toBe('')
    expect(drawn({ name: 'trouble', trouble: 'refused' }, false)).toBe('')
  })

  it.each([
    ['refused', 'The microphone is blocked', 'settings for this page, and try again.'],
    ['none', 'No microphone was found', 'Plug one in'],
    ['busy', 'The microphone is in use by another program', 'Close other programs'],
  ] as const)('is said not to be had, with what mends it: %s', (of, what, mend) => {
    const said = trouble(of)
    expect(said).toMatch(/role="alert"/)
    for (const words of [what, mend, 'Try again', 'Switch off']) expect(said).toContain(words)
    expect(said).not.toContain('Microphone ready')
  })

  it('is not asked for again where that is hopeless', () => {
    expect(trouble('insecure')).toContain('https')
    expect(trouble('insecure')).not.toContain('Try again')
  })
})
