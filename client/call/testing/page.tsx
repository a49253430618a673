/** A bare page with nothing but a conversation's call in it, for tests: real wire, thread, media and server. */
import { useStore } from '@nanostores/react'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Locale } from '../../../server/contract/words.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext, useI18n } from '../../i18n/use-i18n.ts'
import { createDevices } from '../../media/devices.ts'
import { callWire } from '../../media/wire.ts'
import { deskPort, visitorPort } from '../../model/port.ts'
import { createThread } from '../../model/thread.ts'
import { toTimeline } from '../../model/timeline.ts'
import { Button } from '../../ui/button.tsx'
import { Thread } from '../../ui/thread.tsx'
import { applyTheme } from '../../ui/theme.ts'
import { connectWire } from '../../wire/socket.ts'
import { browserStore } from '../../wire/storage.ts'
import { CallCard } from '../call-card.tsx'
import { CallPanel } from '../call-panel.tsx'
import { createCall } from '../controller.ts'
import '../../ui/base.css'
import '../../ui/thread.css'
import '../call.css'

const asked = new URLSearchParams(location.search)
const want = (name: string) => asked.get(name) ?? ''
const side = want('side') === 'agent' ? 'agent' : 'visitor'
const token = () => Promise.resolve(want('token'))
const desk = side === 'agent' ? connectWire({ namespace: 'desk', token }) : null
const shop = side === 'visitor' ? connectWire({ namespace: 'visitor', token }) : null
const port = desk ? deskPort(desk) : shop ? visitorPort(shop) : null
if (!port) throw new Error('no side')
const store = browserStore()
const thread = createThread({
  port,
  audience: side,
  conversationId: want('conversation'),
  store,
  scope: side,
})
const devices = createDevices()
const wire = desk ? callWire(desk) : shop ? callWire(shop) : null
if (!wire) throw new Error('no side')
const consent = want('consent') === 'required' ? 'required' : 'optional'
const asAgent = desk ? { desk: { me: want('me'), wire: desk } } : {}
const holdAudio = want('holdAudio') || null
const call = createCall({ wire, thread, side, ...asAgent, devices, consent, holdAudio })
if (want('warm')) void devices.setWarm(true)

function Page() {
  const { t } = useI18n()
  const view = useStore(thread.$view)
  const [draft, setDraft] = useState('')
  const items = toTimeline({ events: view.events, pending: view.pending, marks: view.marks, audience: side })
  const last = items.findLast((item) => item.kind === 'call')
  const peer = want('peer')
  return (
    <main style={{ height: '100vh', display: 'flex', flexDirection: 'column' }}>
      <CallPanel call={call} peer={peer} />
      <Thread
        conversation={view.conversationId ?? ''}
        items={items}
        reader={side}
        label={t('ui.message')}
        call={(item) => <CallCard item={item} call={call} reader={side} peer={peer} last={item === last} />}
        typing={null}
        url={() => ''}
        retry={thread.retry}
        remove={thread.discard}
      />
      <form
        style={{ display: 'flex', gap: 8, padding: 8 }}
        onSubmit={(event) => {
          event.preventDefault()
          thread.send(draft)
          setDraft('')
        }}
      >
        <input
          aria-label={t('ui.message')}
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
        <Button submit>{t('ui.send')}</Button>
        <Button onClick={() => call.ask('voice')}>{t('call.voiceCall')}</Button>
        <Button onClick={() => call.ask('video')}>{t('call.videoCall')}</Button>
      </form>
    </main>
  )
}

async function show(): Promise<void> {
  const locale = (want('lang') || 'en') as Locale
  const i18n = createI18n(locale, await loadMessages(locale, ['common', 'ui', 'staff', 'call']))
  document.documentElement.lang = locale
  document.documentElement.dir = i18n.dir
  applyTheme(want('theme') === 'dark' ? 'dark' : 'light')
  createRoot(document.getElementById('root') ?? document.body).render(
    <I18nContext.Provider value={i18n}>
      <Page />
    </I18nContext.Provider>,
  )
}
void show()

/** Loudest frequency of the voice now played, in Hz; 0 for silence. */
let ear: { context: AudioContext; analyser: AnalyserNode; of: unknown } | null = null
function hear(): number {
  const streams = [...document.querySelectorAll('audio')].map((one) => one.srcObject)
  const stream = streams.find((one) => one instanceof MediaStream)
  const track = stream?.getAudioTracks()[0]
  if (!track) return 0
  if (ear?.of !== track) {
    void ear?.context.close()
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 4096
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
    ear = { context, analyser, of: track }
  }
  const data = new Float32Array(ear.analyser.frequencyBinCount)
  ear.analyser.getFloatFrequencyData(data)
  const best = data.reduce((top, level, index) => (level > (data[top] ?? 0) ? index : top), 0)
  return (data[best] ?? -200) > -65 ? (best * ear.context.sampleRate) / ear.analyser.fftSize : 0
}

/** Whether no voice is played for so long. */
async function quietFor(ms: number): Promise<boolean> {
  for (const until = performance.now() + ms; performance.now() < until; ) {
    if (hear() !== 0) return false
    await new Promise((done) => setTimeout(done, 20))
  }
  return true
}
declare global {
  interface Window {
    callTest: { hear: typeof hear; quietFor: typeof quietFor; call: typeof call }
  }
}
window.callTest = { hear, quietFor, call }
