/** The audit log's lines about supervisors in calls. */
import { writeAudit } from '../audit/audit.store.ts'
import type { Transaction } from '../storage/database.ts'
import type { SeatRow } from './call.store.ts'

/** Those of the seats that are supervisors' have been left now. */
export async function noteLeft(
  trx: Transaction,
  { conversationId, callId }: { conversationId: string; callId: string },
  seats: readonly SeatRow[],
): Promise<void> {
  for (const { kind, person_id: personId, name, mode } of seats) {
    if (kind !== 'supervisor' || personId === null) continue
    const left = { kind: 'conversation', subjectId: conversationId, before: { callId, mode }, after: null }
    await writeAudit(trx, { personId, name: name ?? '' }, [{ action: 'left', ...left }])
  }
}
