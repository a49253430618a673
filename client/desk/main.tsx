import { createRoot } from 'react-dom/client'
import '../ui/base.css'
import '../ui/thread.css'
import '../ui/composer.css'
import '../call/call.css'
import './desk.css'
import { App } from './app.tsx'
import { fetchAhead } from './frame.tsx'
import { session } from './opening.ts'
import { keepFocus } from '../ui/keep-focus.ts'
import { tryParts } from '../wire/part.ts'

// Not every page of the desk has a connection that tells when the line is back.
addEventListener('online', tryParts)

const root = document.getElementById('root')
if (!root) throw new Error('no #root in the page')
keepFocus()
fetchAhead(location.pathname)
createRoot(root).render(<App session={session} />)
