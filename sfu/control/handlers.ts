import type * as z from 'zod'
import type { Output, RequestName, Requests } from './contract.ts'

export type Session = { installationId: string }
/** One function a request; each gets input that has passed the contract's schema. */
export type Handlers = {
  [N in RequestName]: (session: Session, input: z.output<Requests[N]['input']>) => Promise<Output<N>>
}
