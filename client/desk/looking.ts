import { useSyncExternalStore } from 'react'

/** Whether somebody has the page before their eyes. */
export const isLooking = (): boolean => document.visibilityState === 'visible' && document.hasFocus()

function listen(changed: () => void): () => void {
  const at = ['focus', 'blur', 'visibilitychange'] as const
  // Told to the document, the last of them comes up to the window.
  for (const name of at) window.addEventListener(name, changed)
  return () => at.forEach((name) => window.removeEventListener(name, changed))
}

export const useLooking = (): boolean => useSyncExternalStore(listen, isLooking, isLooking)
