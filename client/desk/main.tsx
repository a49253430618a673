import { createRoot } from 'react-dom/client'
import '../ui/base.css'
import '../ui/thread.css'
import '../ui/composer.css'
import '../call/call.css'
import './desk.css'
import { App } from './app.tsx'
import { createSession } from './session/desk-session.ts'

const root = document.getElementById('root')
if (!root) throw new Error('no #root in the page')
const session = createSession()
void session.start()
createRoot(root).render(<App session={session} />)
