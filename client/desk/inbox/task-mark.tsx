import type { Task } from '../../../server/waiting/waiting.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Icon } from '../../ui/icon.tsx'
import { messageSquareIcon, micIcon, phoneIncomingIcon } from '../../ui/icons.ts'

const icons = { message: messageSquareIcon, voicemail: micIcon, callback: phoneIncomingIcon }

/** What is to be done for a visitor who does not wait before it. */
export function TaskMark({ task }: { task: Task | null }) {
  const { t, time } = useI18n()
  if (!task) return null
  const words =
    task.kind === 'callback' && task.at !== null
      ? t('desk.task_callbackAt', { at: time(task.at) })
      : t(`desk.task_${task.kind}`)
  return (
    <span className="entry-task" title={words}>
      <Icon of={icons[task.kind]} size={16} />
      <span>{words}</span>
    </span>
  )
}
