import type { RtpCapabilities, TransportOptions } from 'mediasoup-client/types'
import type { OutputOf, DeskRequests } from '../../server/contract/requests.ts'

export type Greeting = OutputOf<DeskRequests, 'media.open'>

/** mediasoup's structures pass through the contract unopened; its client checks them itself. */
export const transportOptions = (opaque: Greeting['send']): TransportOptions =>
  opaque as unknown as TransportOptions
export const routerCapabilities = (opaque: Greeting['rtpCapabilities']): RtpCapabilities =>
  opaque as unknown as RtpCapabilities
