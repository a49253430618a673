import { useStore } from '@nanostores/react'
import { useState } from 'react'
import type { InboxRow } from '../../../server/contract/events.ts'
import { useDesk } from '../desk-context.ts'

/** The list's row of a conversation; the last one known once the list no longer has it. */
export function useRow(conversationId: string): InboxRow | null {
  const { inbox } = useDesk()
  useStore(inbox.$mine)
  useStore(inbox.$waiting)
  const found = inbox.row(conversationId) ?? null
  const [known, setKnown] = useState(found)
  if (found && found !== known) setKnown(found)
  return found ?? (known?.conversationId === conversationId ? known : null)
}
