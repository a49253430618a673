import type { ReactNode } from 'react'

/** A short fact beside a title, in words. */
export function Pill({ children }: { children: ReactNode }) {
  return <span className="pill">{children}</span>
}
