/** Live news of the media node, passed to the browsers that it concerns. Stored is only what the quality of connections comes to. */
import type { Notice } from '../../sfu/control/contract.ts'
import type { MediaNodeEvents } from './media-node.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import type { Logger } from '../logger.ts'
import type { QualityWatch } from '../quality/quality.service.ts'
import type { Hub } from '../socket/hub.ts'
import type { Database } from '../storage/database.ts'
import { hearing } from './call.spec.ts'
import { type CallRow, findPlace, holderAt } from './call.store.ts'

/** `hub`: every server is told by the node, and tells its own. */
type D = { db: Database; hub: Pick<Hub, 'toTab'>; log: Logger; quality: QualityWatch }
type NoticeOf<T extends Notice['type']> = Extract<Notice, { type: T }>

export function createNoticeRelay(d: D): MediaNodeEvents['notice'] {
  // In order for each room: a consumer must be known before it is closed.
  const lines = new Map<string, Promise<void>>()
  return (notice) => {
    const before = lines.get(notice.roomId) ?? Promise.resolve()
    const line = before
      .then(() => relay(d, notice))
      .catch((err: unknown) => d.log.warn({ err }, 'a notice was lost'))
      .finally(() => {
        if (lines.get(notice.roomId) === line) lines.delete(notice.roomId)
      })
    lines.set(notice.roomId, line)
  }
}

async function relay(d: D, notice: Notice): Promise<void> {
  const place = await findPlace(d.db, notice.roomId)
  if (!place || place.row.ended_at) return
  const { row, state } = place
  switch (notice.type) {
    case 'consumer':
      return tellConsumer(d, row, notice)
    case 'consumerClosed': {
      const tab = holderAt(row, notice)
      const { epoch, consumerId } = notice
      if (tab) d.hub.toTab(tab, 'media.consumerClosed', { callId: row.id, epoch, consumerId })
      return
    }
    case 'speaking':
      return tellHearers(row, state, (tab, concerns) =>
        d.hub.toTab(tab, 'speaking', { callId: row.id, seats: notice.seats.filter(concerns) }),
      )
    case 'speech':
      // Without an engine nobody asks for it.
      return
    case 'quality': {
      const { seatId: seat, loss, rttMs, jitterMs } = notice
      d.quality.take(place, seat, { loss, rttMs, jitterMs })
      const quality = { callId: row.id, seat, loss, rttMs, jitterMs }
      return tellHearers(row, state, (tab, concerns) => {
        if (concerns(seat)) d.hub.toTab(tab, 'quality', quality)
      })
    }
  }
}

function tellConsumer(d: D, row: CallRow, notice: NoticeOf<'consumer'>): void {
  const tab = holderAt(row, notice)
  const { fromSeat, ...consumer } = notice.consumer
  if (!tab) return
  const told = { ...consumer, seat: fromSeat }
  d.hub.toTab(tab, 'media.consumer', { callId: row.id, epoch: notice.epoch, consumer: told })
}

/** Each learns of those whom they hear, and of themselves: not even that somebody speaks comes through a hold. */
function tellHearers(
  row: CallRow,
  { call }: ConversationState,
  tell: (tab: string, concerns: (seat: string) => boolean) => void,
): void {
  if (call?.id !== row.id) return
  const heard = hearing(call, row)
  for (const { seat_id: own, holder: tab } of row.seats) {
    if (tab) tell(tab, (seat) => seat === own || (heard.get(own)?.includes(seat) ?? false))
  }
}
