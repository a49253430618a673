import { MAX_FILE_BYTES } from '../../server/contract/limits.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import { fileIcon, xIcon } from './icons.ts'
import { Spinner } from './spinner.tsx'
import type { Staged } from './use-staged-files.ts'

/** What will go with the next message, each with a way to take it out again. */
export function StagedFiles({ staged, remove }: { staged: Staged[]; remove: (key: number) => void }) {
  const { t, bytes } = useI18n()
  const why = (reason: 'tooLarge' | 'empty' | 'refused') =>
    t(`ui.file_${reason}`, { limit: bytes(MAX_FILE_BYTES) })
  if (staged.length === 0) return null
  return (
    <ul className="staged" aria-label={t('ui.staged')}>
      {staged.map((one) => (
        <li key={one.key} className={`staged-one ${one.state.name}`}>
          {one.preview ? <img src={one.preview} alt="" /> : <Icon of={fileIcon} />}
          <span className="staged-words">
            {one.state.name === 'failed' ? why(one.state.why) : <bdi>{one.name}</bdi>}
          </span>
          {one.state.name === 'sending' ? <Spinner size={16} /> : null}
          <IconButton
            icon={xIcon}
            label={t('ui.removeFile', { name: one.name })}
            onClick={() => remove(one.key)}
          />
        </li>
      ))}
    </ul>
  )
}
