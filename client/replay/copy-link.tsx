import { useFail } from '../desk/use-fail.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { linkIcon } from '../ui/icons-replay.ts'
import { showToast } from '../ui/toast.tsx'
import type { Scene } from './scene.ts'
import { addressAt } from './use-address.ts'

/** To the clipboard, for a colleague to open at the moment that is shown. */
export function useCopyLink(scene: Scene): () => void {
  const { t } = useI18n()
  const fail = useFail()
  const copy = async () => {
    await navigator.clipboard.writeText(new URL(addressAt(scene), location.href).href)
    showToast({ text: t('replay.linkCopied') })
  }
  return () => void copy().catch(fail)
}

export function CopyLink({ scene }: { scene: Scene }) {
  const { t } = useI18n()
  const copy = useCopyLink(scene)
  return <IconButton icon={linkIcon} label={t('replay.copyLink')} shortcut="C" onClick={copy} />
}
