import type { AttachmentInfo } from '../conversation/conversation.ts'
import { createDoor } from '../door.ts'
import { sniff, UNKNOWN } from './content-type.ts'
import { makePreview } from './preview.ts'

type Examined = Pick<AttachmentInfo, 'type' | 'width' | 'height'> & { preview: Buffer | null }

/**
 * Answers a function that says what a file is. A picture is what can be decoded; one that only begins like a picture is an
 * unknown file. One at a time: a large picture holds a thread for seconds, there are four, and whoever reads a file, checks a
 * password or looks up a name waits for one of them.
 */
export function createExaminer(preview = makePreview): (file: string) => Promise<Examined> {
  const door = createDoor(1)
  const examine = async (file: string): Promise<Examined> => {
    const { type, picture } = await sniff(file)
    const made = picture ? await preview(file) : null
    return made ? { type, ...made } : { type: picture ? UNKNOWN : type, preview: null }
  }
  return (file) => door(false, () => examine(file))
}
