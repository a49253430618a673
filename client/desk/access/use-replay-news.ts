import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useI18n } from '../../i18n/use-i18n.ts'
import { showToast } from '../../ui/toast.tsx'
import type { Desk } from '../desk.ts'

const SHOWN_MS = 15_000

/** Says at once that a review has come, somebody asks to hear a conversation, or has decided about one's own request. */
export function useReplayNews({ wire }: Pick<Desk, 'wire'>): void {
  const { t } = useI18n()
  const [, go] = useLocation()
  useEffect(() => {
    const show = (text: string, place: string) =>
      showToast({ text, action: { label: t('access.look'), run: () => go(place) }, ms: SHOWN_MS })
    const stops = [
      wire.on('reviewed', ({ reviewId, scorecard: name }) =>
        show(t('access.news_reviewed', { name }), `/reviews/mine/${reviewId}`),
      ),
      wire.on('replayNews', ({ what, by: name, conversationId }) => {
        const place = what === 'granted' && conversationId ? `/replay/${conversationId}` : '/requests'
        show(t(`access.news_${what}`, { name }), place)
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }, [wire, t, go])
}
