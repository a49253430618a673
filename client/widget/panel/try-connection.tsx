import { useStore } from '@nanostores/react'
import { type ComponentProps, type ComponentType, useState } from 'react'
import type { ConnectionTest } from '../../call/connection-test.tsx'
import { suffered } from '../../call/suffered.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
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
  /** Has the test's words ready. */
  words: () => Promise<void>
}

/** After a call that broke off or was hard to follow: a test of the way, fetched when it is wanted. */
export function TryConnection({ item, thread, wire, devices, words }: Props) {
  const { t } = useI18n()
  const { events, state } = useStore(thread.$view)
  const [Test, setTest] = useState<ComponentType<ComponentProps<typeof ConnectionTest>> | null>(null)
  const [busy, setBusy] = useState(false)
  if (state.call || !suffered(item, events, 'visitor')) return null
  const open = async (): Promise<void> => {
    setBusy(true)
    try {
      const [test] = await Promise.all([import('../../call/connection-test.tsx'), words()])
      setTest(() => test.ConnectionTest)
    } catch {
      showToast({ text: t('common.failure') })
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="try-connection" aria-label={t('call.tryConnection')}>
      {Test ? (
        <Test wire={wire} devices={devices} />
      ) : (
        <Button look="quiet" icon={activityIcon} busy={busy} onClick={() => void open()}>
          {t('call.tryConnection')}
        </Button>
      )}
    </section>
  )
}
