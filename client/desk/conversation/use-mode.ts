import { useState } from 'react'

export type Mode = 'message' | 'note'

/** To whom one writes. The conversation may become somebody else's, or one's own, while it is open here. */
export function useMode(noteOnly: boolean): [Mode, (mode: Mode) => void] {
  const [wanted, want] = useState<Mode>('message')
  return [noteOnly ? 'note' : wanted, want]
}
