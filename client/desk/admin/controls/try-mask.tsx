import { useEffect, useId, useState } from 'react'
import { MaskBody, type TriedMask } from '../../../../server/contract/masking.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import type { ControlProps } from '../fields.ts'

const REST_MS = 300

/** What would become of a text by the rule as it is typed. Nothing of it is kept. */
export function TryMask({ label, value }: ControlProps) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const id = useId()
  const [text, setText] = useState('')
  const [tried, setTried] = useState<TriedMask | null>(null)
  // It need not have its name yet.
  const rule = MaskBody.safeParse({ ...(value as object), name: '-' })
  const body = rule.success && text !== '' ? JSON.stringify({ rule: rule.data, text }) : null
  useEffect(() => {
    setTried(null)
    if (body === null) return
    const ending = new AbortController()
    const { signal } = ending
    const ask = async () => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal }
      const answer = await session.fetch('/api/desk/masking/try', init)
      setTried((await answer.json()) as TriedMask)
    }
    const timer = setTimeout(() => {
      ask().catch((error: unknown) => {
        if (!signal.aborted) fail(error)
      })
    }, REST_MS)
    return () => {
      clearTimeout(timer)
      ending.abort()
    }
  }, [body, session])
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="field"
        dir="auto"
        rows={3}
        maxLength={2_000}
        value={text}
        placeholder={t('admin.maskTryHint')}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <output htmlFor={id} dir="auto" role="status" className={tried?.fault ? 'fault' : 'try-mask-result'}>
        {tried?.fault ? t('admin.maskFault', { fault: tried.fault }) : (tried?.text ?? '')}
      </output>
    </div>
  )
}
