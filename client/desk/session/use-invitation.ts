import { useEffect, useState } from 'react'

/** A one-time link: `/desk#link=TOKEN` signs in, `/desk/welcome#link=TOKEN` also sets the first password. */
export type Invitation = {
  /** Whether the sign-in page stands before the desk because of it. */
  open: boolean
  token: string | null
  first: boolean
  close(): void
}

const welcoming = () => location.pathname.startsWith('/desk/welcome')

function tokenOf(hash: string): string | null {
  const match = /^#(?:link=)?([\w.~-]{8,200})$/.exec(hash)
  return match?.[1] ?? null
}

/** Reads the token once and takes it out of the address at once, so that it stays in no history. */
export function useInvitation(): Invitation {
  const [token, setToken] = useState(() => tokenOf(location.hash))
  const [first] = useState(welcoming)
  const [open, setOpen] = useState(token !== null || first)
  useEffect(() => {
    const take = () => {
      const found = tokenOf(location.hash)
      if (!found) return
      setToken(found)
      setOpen(true)
      history.replaceState(null, '', location.pathname)
    }
    take()
    window.addEventListener('hashchange', take)
    return () => window.removeEventListener('hashchange', take)
  }, [])
  const close = () => {
    setOpen(false)
    setToken(null)
    if (welcoming()) history.replaceState(null, '', '/desk')
  }
  return { open, token, first, close }
}
