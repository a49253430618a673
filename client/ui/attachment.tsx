import { useEffect, useState } from 'react'
import type { AttachmentInfo } from '../../server/conversation/conversation.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Icon } from './icon.tsx'
import { downloadIcon, fileIcon } from './icons.ts'

/** Where an attachment's bytes are: an address, or a promise of a blob's address where a header must authorise. */
export type AttachmentUrl = (info: AttachmentInfo, variant: 'preview' | 'file') => string | Promise<string>

function usePreview(info: AttachmentInfo, url: AttachmentUrl): string | null {
  const [src, setSrc] = useState<string | null>(null)
  useEffect(() => {
    if (!info.width) return
    let alive = true
    Promise.resolve(url(info, 'preview')).then(
      (found) => alive && setSrc(found),
      () => alive && setSrc(null),
    )
    return () => {
      alive = false
    }
  }, [info, url])
  return src
}

async function save(info: AttachmentInfo, url: AttachmentUrl): Promise<void> {
  const link = document.createElement('a')
  link.href = await url(info, 'file')
  link.download = info.name
  link.rel = 'noopener'
  link.click()
}

const shownWidth = (info: AttachmentInfo): number => {
  const { width = 1, height = 1 } = info
  return Math.max(64, Math.min(240, width, (280 * width) / height))
}

/** An image shows itself at its place's final size from the start; anything else is a named file. Both download. */
export function Attachment({ info, url }: { info: AttachmentInfo; url: AttachmentUrl }) {
  const { t, bytes } = useI18n()
  const [failed, setFailed] = useState(false)
  const src = usePreview(info, url)
  const download = () => {
    setFailed(false)
    save(info, url).catch(() => setFailed(true))
  }
  const size = bytes(info.bytes)
  const words = t('ui.download', { name: info.name })
  const ratio = info.width && info.height ? `${info.width} / ${info.height}` : undefined
  return (
    <>
      <button
        type="button"
        className={info.width ? 'attachment image' : 'attachment file'}
        style={ratio ? { width: shownWidth(info), aspectRatio: ratio } : undefined}
        aria-label={info.width ? words : undefined}
        title={`${info.name} · ${size}`}
        onClick={download}
      >
        {info.width ? (
          src && <img src={src} alt="" decoding="async" />
        ) : (
          <>
            <Icon of={fileIcon} />
            <span className="visually-hidden">{words}</span>
            <span className="attachment-words" aria-hidden>
              <bdi>{info.name}</bdi>
              <small>{size}</small>
            </span>
            <Icon of={downloadIcon} size={18} />
          </>
        )}
      </button>
      {failed ? <small className="attachment-failed">{t('ui.downloadFailed')}</small> : null}
    </>
  )
}
