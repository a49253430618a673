import { useStore } from '@nanostores/react'
import { useState } from 'react'
import type { ConnectionTest } from '../../call/connection-test.tsx'
import { suffered } from '../../call/suffered.ts'
import { createI18n, type I18n } from '../../i18n/i18n.ts'
import { named, type Words } from '../../i18n/load.ts'
import { I18nContext, useI18n } from '../../i18n/use-i18n.ts'
import type { Devices } from '../../media/devices.ts'
import type { CallWire } from '../../media/wire.ts'
import type { Thread } from '../../model/thread.ts'
import type { CallItem } from '../../model/timeline-item.ts'
import { Button } from '../../ui/button.tsx'
import { activityIcon } from '../../ui/icons.ts'
import { showToast } from '../../ui/toast.tsx'

type Props = {
  item: CallItem
  thread: Pick<Thread, '$view'>
  wire: CallWire
  devices: Devices
}

type Fetched = { Test: typeof ConnectionTest; own: I18n }

/** The test's words, which the panel lacks, beside the panel's. */
const withWords = (outer: I18n, own: I18n): I18n => ({
  ...outer,
  t: (key, params) => (key.startsWith('devices.') ? own : outer).t(key, params),
})

/** After a call that broke off or was hard to follow: a test of the way, fetched when it is wanted. */
export function TryConnection({ item, thread, wire, devices }: Props) {
  const outer = useI18n()
  const { t, locale } = outer
  const { events, state } = useStore(thread.$view)
  const [fetched, setFetched] = useState<Fetched | null>(null)
  const [busy, setBusy] = useState(false)
  if (state.call || !suffered(item, events, 'visitor')) return null
  const open = async (): Promise<void> => {
    setBusy(true)
    try {
      const words = import(`./test-words/${locale}.ts`) as Promise<{ words: Words }>
      const [test, own] = await Promise.all([import('../../call/connection-test.tsx'), words])
      setFetched({ Test: test.ConnectionTest, own: createI18n(locale, named(own.words)) })
    } catch {
      showToast({ text: t('common.failure') })
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="try-connection" aria-label={t('call.tryConnection')}>
      {fetched ? (
        <I18nContext.Provider value={withWords(outer, fetched.own)}>
          <fetched.Test wire={wire} devices={devices} />
        </I18nContext.Provider>
      ) : (
        <Button look="quiet" icon={activityIcon} busy={busy} onClick={() => void open()}>
          {t('call.tryConnection')}
        </Button>
      )}
    </section>
  )
}
