import { useEffect, useRef } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { dismissToast, showToast } from '../../ui/toast.tsx'
import type { Visit } from './visit.ts'

const UNDO_MS = 5_000

/** Ends the chat after five seconds in which it can be taken back; leaving the page means it. */
export function EndChat({ visit }: { visit: Visit }) {
  const { t } = useI18n()
  const ending = useRef<{ now: () => void; undo: () => void } | null>(null)

  const end = () => {
    if (ending.current) return
    const { conversationId } = visit.thread.$view.get()
    if (!conversationId) return
    const stop = () => {
      clearTimeout(timer)
      dismissToast(toast)
      ending.current = null
    }
    const now = () => {
      stop()
      visit.wire.request('conversation.end', { conversationId }).catch(() => {
        showToast({ text: t('common.failure'), look: 'danger' })
      })
    }
    const timer = setTimeout(now, UNDO_MS)
    const toast = showToast({
      text: t('widget.ending'),
      action: { label: t('common.undo'), run: stop },
      ms: UNDO_MS,
      undo: true,
    })
    ending.current = { now, undo: stop }
  }
  useEffect(() => visit.wire.beforeLeave(() => ending.current?.now()), [visit])
  return (
    <Button look="quiet" className="end-chat" onClick={end}>
      {t('widget.endChat')}
    </Button>
  )
}
