/** UUIDv7 without a library: 48 bits of time, a counter that rises within one millisecond, 62 bits of chance. */
let last = 0
let counter = 0

export function newId(now = Date.now()): string {
  counter = now > last ? 0 : counter + 1
  // A clock that went back, or 4,096 ids in one millisecond: borrow from the future rather than lose the order.
  last = Math.max(now, last) + (counter >> 12)
  counter &= 0xfff
  const random = crypto.getRandomValues(new Uint8Array(8))
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
  const tail = [...random].map((byte, i) => hex(i === 0 ? (byte & 0x3f) | 0x80 : byte, 2)).join('')
  const time = hex(last, 12)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`
}
