/** What of the panel those need who are not answered at once. */
import type { WritableAtom } from 'nanostores'
import type { Thread } from '../../../model/thread.ts'
import type { Wire } from '../../../wire/wire.ts'
import type { Address } from '../address.ts'

export type Waiter = {
  wire: Wire<'visitor'>
  thread: Thread
  calling: { ask(media: 'voice' | 'video', voicemail: boolean): Promise<void> }
  $blocked: WritableAtom<boolean>
  page(): Address['page']
  focusField(): void
}
