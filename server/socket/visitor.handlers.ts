import { askForCall, consentToMore, startWithCall } from '../call/call.service.ts'
import { pauseRecording, resumeRecording } from '../pause/pause.service.ts'
import { endsWithConsent, withdrawConsent } from '../consent/consent.service.ts'
import { agreedBefore } from '../consent/consent.store.ts'
import type { Resumed, VisitorRequests } from '../contract/requests.ts'
import { endConversation, sendFromVisitor, viewPage } from '../conversation/conversation.service.ts'
import { presentOf } from '../conversation/conversation.store.ts'
import { resume } from '../conversation/read.service.ts'
import { askCallback, withdrawCallback } from '../waiting/callback.service.ts'
import { sendForm } from '../waiting/form.service.ts'
import { outlookOf } from '../waiting/outlook.service.ts'
import { startVoicemail } from '../waiting/voicemail.service.ts'
import { updateVisitor } from '../visitor/visitor.store.ts'
import type { VisitorContext } from './context.ts'
import { loopHandlers } from './loop.handlers.ts'
import type { Handlers } from './serve.ts'
import { enforced, sharedHandlers } from './shared.handlers.ts'

export const visitorHandlers: Handlers<VisitorRequests, VisitorContext> = {
  ...sharedHandlers,
  ...loopHandlers<VisitorContext>(({ me }) => ({ kind: 'visitor', id: me.visitorId })),
  resume: ({ d, me }, input) => resumeVisitor({ d, me }, input),
  'message.send': ({ d, me }, input) => sendFromVisitor(d, me, input),
  'call.ask': ({ d, me }, input) => askForCall(d, me, input),
  'call.start': ({ d, me }, input) => startWithCall(d, me, input),
  'call.consent': async ({ d, me }, input) => {
    await consentToMore(d, me, input)
    return {}
  },
  'recording.pause': ({ d, me }, input) => enforced(d, input.callId, pauseRecording(d, me, input)),
  'recording.resume': ({ d, me }, input) => enforced(d, input.callId, resumeRecording(d, me, input)),
  'consent.remembered': async ({ d, me }) => ({
    record: await agreedBefore(d.db, me.visitorId),
    ends: await endsWithConsent(d.db, me),
  }),
  'consent.withdraw': ({ d, me }, input) => enforced(d, input.callId, withdrawConsent(d, me, input)),
  outlook: ({ d, me }) => outlookOf(d, me),
  'form.send': ({ d, me }, input) => sendForm(d, me, input),
  'callback.ask': ({ d, me }, input) => askCallback(d, me, input),
  'callback.withdraw': async ({ d, me }, { conversationId }) => {
    await withdrawCallback(d, me, conversationId)
    return {}
  },
  'voicemail.start': ({ d, me }, input) => startVoicemail(d, me, input),
  page: async ({ d, me }, { locale, ...page }) => {
    if (locale && locale !== me.locale) {
      await updateVisitor(d.db, me.visitorId, { locale })
      me.locale = locale
    }
    await viewPage(d, me, page)
    return {}
  },
  'conversation.end': async ({ d, me }, { conversationId }) => {
    await endConversation(d, me, conversationId)
    return {}
  },
}

/** The conversation that the visitor is in, while it is open or ended so lately that a word reopens it. */
async function resumeVisitor(
  { d, me }: Pick<VisitorContext, 'd' | 'me'>,
  input: { conversationId?: string; after?: number },
): Promise<Resumed> {
  const id = input.conversationId ?? (await present(d, me.visitorId))
  if (!id) return { kind: 'none' }
  const after = input.conversationId ? input.after : undefined
  return await resume(d, me, { conversationId: id, ...(after === undefined ? {} : { after }) })
}

async function present(d: VisitorContext['d'], visitorId: string): Promise<string | null> {
  const one = await presentOf(d.db, visitorId)
  if (!one) return null
  const { phase } = one.state
  return phase.name === 'ended' && d.now() - phase.at > d.config.reopenMs ? null : one.id
}
