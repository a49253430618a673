import { type ReactNode, useEffect, useRef } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from './button.tsx'
import { xIcon } from './icons.ts'

type DialogProps = { title: string; close: () => void; children: ReactNode }

/** A modal by the browser's own means: it keeps the focus inside, Escape closes it, focus returns to the opener. */
export function Dialog({ title, close, children }: DialogProps) {
  const { t } = useI18n()
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const { current } = box
    current?.showModal()
    return () => current?.close()
  }, [])
  return (
    <dialog
      ref={box}
      className="dialog"
      aria-label={title}
      onClose={close}
      onClick={(event) => event.target === box.current && close()}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2>{title}</h2>
          <IconButton icon={xIcon} label={t('common.close')} onClick={close} />
        </header>
        {children}
      </div>
    </dialog>
  )
}
