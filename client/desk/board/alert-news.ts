/** What supervisors elsewhere at the desk are told of the board: what begins to be beyond its promise while they do not look at it. */
import { type Alert, alertsOf, type AlertsBefore, newAlerts } from '../../../server/board/board.ts'
import type { Board } from '../../../server/contract/board.ts'
import type { Store } from '../../wire/storage.ts'

export type AlertNews = {
  /** Whoever has the board before them sees it there. */
  looks(): void
  /** What is to be told of this reading. */
  read(board: Pick<Board, 'now' | 'queues'>): Alert[]
}

const KEY = 'parley.desk.alerts'

function recall(store: Store): AlertsBefore {
  try {
    return new Map(JSON.parse(store.get(KEY) ?? '[]') as [string, { stands: boolean; toldAt: number }][])
  } catch {
    return new Map()
  }
}

/** `store`: the tab's, since a reload is no news. */
export function createAlertNews(store: Store): AlertNews {
  let before = recall(store)
  let seen = false
  return {
    looks() {
      seen = true
    },
    read({ now, queues }) {
      const { tell, after } = newAlerts(before, alertsOf(queues, now), now)
      before = after
      store.set(KEY, JSON.stringify([...after]))
      const untold = seen ? [] : tell
      seen = false
      return untold
    },
  }
}
