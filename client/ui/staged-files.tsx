import { MAX_FILE_BYTES, MAX_FILES } from '../../server/contract/limits.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Staged, Staging } from '../model/staging.ts'
import { Button, IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import { fileIcon, xIcon } from './icons.ts'
import { Spinner } from './spinner.tsx'

/** What will go with the next message, each with a way to take it out again, or to try again what failed. */
export function StagedFiles({ staged, files }: { staged: readonly Staged[]; files: Staging }) {
  const { t, bytes } = useI18n()
  if (staged.length === 0) return null
  return (
    <ul className="staged" aria-label={t('ui.staged')}>
      {staged.map(({ key, name, preview, file, info, why }) => (
        <li key={key} className={`staged-one ${why ? 'failed' : ''}`}>
          {preview ? <img src={preview} alt="" /> : <Icon of={fileIcon} />}
          <span className="staged-words">
            <bdi>{name}</bdi>
            {why ? t(`ui.file_${why}`, { limit: bytes(MAX_FILE_BYTES), count: MAX_FILES }) : null}
          </span>
          {(info ?? why) ? null : <Spinner size={16} />}
          {why && file ? (
            <Button look="quiet" aria-label={`${t('ui.retry')} ${name}`} onClick={() => files.retry(key)}>
              {t('ui.retry')}
            </Button>
          ) : null}
          <IconButton icon={xIcon} label={t('ui.removeFile', { name })} onClick={() => files.remove(key)} />
        </li>
      ))}
    </ul>
  )
}
