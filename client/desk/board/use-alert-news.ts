import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { showToast } from '../../ui/toast.tsx'
import type { Desk } from '../desk.ts'
import { browserStore } from '../../wire/storage.ts'
import { $preferences } from '../preferences.ts'
import type { Ringer } from '../ring.ts'
import { createAlertNews } from './alert-news.ts'
import { alertWords } from './alert-words.ts'

const EVERY_MS = 15_000
const SHOWN_MS = 15_000
const PLACE = '/board'

/** A supervisor with another page of the desk in view is told of an alert, with a way to the board. Hidden pages leave it to push. */
export function useAlertNews({ wire, me }: Pick<Desk, 'wire' | 'me'>, ringer: Ringer): void {
  const i18n = useI18n()
  const [at, go] = useLocation()
  const supervises = may(me.role, 'supervise')
  const there = at === PLACE
  const [news] = useState(() => createAlertNews(browserStore(() => sessionStorage)))
  useEffect(() => {
    if (!supervises) return
    if (there) return news.looks()
    const read = async (): Promise<void> => {
      if (document.visibilityState === 'hidden') return
      const told = news.read(await wire.request('board', {}))
      for (const alert of told)
        showToast({
          text: alertWords(i18n, alert),
          action: { label: i18n.t('team.board'), run: () => go(PLACE) },
          ms: SHOWN_MS,
        })
      if (told.length > 0 && $preferences.get().alertSound) ringer.chime()
    }
    // Not connected: the next look tells.
    const look = () => void read().catch(() => undefined)
    look()
    const timer = setInterval(look, EVERY_MS)
    return () => clearInterval(timer)
  }, [wire, ringer, news, supervises, there, i18n, go])
}
