import { useEffect } from 'react'
import { useLocation } from 'wouter'
import type { Clicked } from '../../push/worker/scope.ts'
import { SCOPE } from './push.ts'

/** Goes where a notification leads that was clicked. */
export function useClicked(): void {
  const [, go] = useLocation()
  useEffect(() => {
    const workers = 'serviceWorker' in navigator ? navigator.serviceWorker : null
    const heard = ({ data }: MessageEvent<Partial<Clicked> | null>) => {
      if (data?.from === 'parley' && data.go?.startsWith(SCOPE)) go(data.go.slice(SCOPE.length) || '/')
    }
    workers?.addEventListener('message', heard)
    return () => workers?.removeEventListener('message', heard)
  }, [go])
}
