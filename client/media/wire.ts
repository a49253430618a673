import type { Wire } from '../wire/wire.ts'

/** Calls, and tests of the way to them, use what both doors share, and `call.start` and `call.consent` on the visitor's alone. */
export type CallWire = Wire<'visitor'>

/** All namespaces share these requests and pushes; the union of the two generics is narrower than either. */
export const callWire = (wire: Wire<'visitor'> | Wire<'desk'> | Wire<'guest'>): CallWire => wire as CallWire
