import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useI18n } from '../../i18n/use-i18n.ts'
import { showToast } from '../../ui/toast.tsx'
import type { Desk } from '../desk.ts'

const SHOWN_MS = 15_000

/** Says at once that somebody asks to hear a conversation, or has decided about one's own request. */
export function useReplayNews({ wire }: Pick<Desk, 'wire'>): void {
  const { t } = useI18n()
  const [, go] = useLocation()
  useEffect(
    () =>
      wire.on('replayNews', ({ what, by, conversationId }) => {
        const place = what === 'granted' && conversationId ? `/replay/${conversationId}` : '/requests'
        const action = { label: t('access.look'), run: () => go(place) }
        showToast({ text: t(`access.news_${what}`, { name: by }), action, ms: SHOWN_MS })
      }),
    [wire, t, go],
  )
}
