import { afterEach, expect, it, jest } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import { I18nContext } from '../i18n/use-i18n.ts'
import { $toasts } from '../ui/toast.tsx'
import { RequestError } from '../wire/request-error.ts'
import { useFail } from './use-fail.ts'

const i18n = createI18n('en', await loadMessages('en', ['common', 'desk']))
Object.assign(globalThis, { innerWidth: 1_440, innerHeight: 900 })
afterEach(() => void jest.useRealTimers())

it('tells whoever acts on what somebody else has taken by then that it has changed, not to try again', () => {
  jest.useFakeTimers()
  const Fails = () => {
    useFail()(new RequestError({ code: 'notFound' }))
    return null
  }
  renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <Fails />
    </I18nContext.Provider>,
  )
  expect($toasts.get().at(-1)?.text).toMatch(/^Somebody was faster/)
})
