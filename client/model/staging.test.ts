import { describe, expect, it } from '@jest/globals'
import type { AttachmentInfo } from '../../server/conversation/conversation.ts'
import { memoryStore } from '../wire/storage.ts'
import { createStaging } from './staging.ts'
import { settle } from './testing.ts'

const infoOf = (name: string): AttachmentInfo => ({ id: `id of ${name}`, name, type: 'text/plain', bytes: 1 })

/** A server that answers when told to. */
function open(store = memoryStore()) {
  const asked: { name: string; signal: AbortSignal; ok(): Promise<void>; fail(): Promise<void> }[] = []
  const upload = ({ name }: File, signal: AbortSignal) =>
    new Promise<AttachmentInfo>((resolve, reject) => {
      asked.push({
        ...{ name, signal },
        ok: () => (resolve(infoOf(name)), settle()),
        fail: () => (reject(new Error('away')), settle()),
      })
    })
  const places = { a: createStaging(store, 'a', upload), b: createStaging(store, 'b', upload) }
  const files = { of: (scope: 'a' | 'b') => places[scope] }
  const sent: string[][] = []
  const send = (scope: 'a' | 'b' = 'a') =>
    files.of(scope).send((infos) => {
      sent.push(infos.map((one) => one.name))
    })
  const states = (scope: 'a' | 'b' = 'a') =>
    files
      .of(scope)
      .$staged.get()
      .map(({ name, info, why }) => `${name} ${why || (info ? 'ready' : 'sending')}`)
  return { asked, files, sent, send, states, store }
}

const file = (name: string, bytes = 1) => new File([new Uint8Array(bytes)], name)

describe('files for the next message', () => {
  it('wait in their own place, and those that are up outlive a reload', async () => {
    const { asked, files, states, store } = open()
    files.of('a').add([file('up'), file('on its way')])
    files.of('b').add([file('other')])
    await asked[0]?.ok()
    expect(states('a')).toEqual(['up ready', 'on its way sending'])
    expect(states('b')).toEqual(['other sending'])
    const again = open(store)
    // The browser does not keep the file itself: it is named, and cannot be tried again.
    expect(again.states('a')).toEqual(['up ready', 'on its way refused'])
    again.send('a')
    expect(again.sent).toEqual([['up']])
    expect(open(store).states('a')).toEqual([])
  })

  it('are sent as soon as all are up, once', async () => {
    const { asked, files, send, sent, states } = open()
    files.of('a').add([file('one'), file('two')])
    await asked[0]?.ok()
    send()
    expect([files.of('a').$waiting.get(), sent]).toEqual([true, []])
    await asked[1]?.ok()
    expect([files.of('a').$waiting.get(), sent, states()]).toEqual([false, [['one', 'two']], []])
    send()
    expect(sent).toEqual([['one', 'two'], []])
  })

  it('are not sent by themselves where one fails, or what goes with them is changed', async () => {
    const { asked, files, send, sent, states } = open()
    files.of('a').add([file('one'), file('two')])
    send()
    await asked[0]?.fail()
    await asked[1]?.ok()
    expect([sent, states()]).toEqual([[], ['one refused', 'two ready']])
    const [failed] = files.of('a').$staged.get()
    files.of('a').retry(failed?.key ?? 0)
    expect(states()).toEqual(['one sending', 'two ready'])
    send()
    files.of('a').withdraw()
    await asked[2]?.ok()
    expect([sent, states()]).toEqual([[], ['one ready', 'two ready']])
  })

  it('taken out on their way are of no concern to the others', async () => {
    const { asked, files, send, sent } = open()
    files.of('a').add([file('one'), file('two')])
    const [one] = files.of('a').$staged.get()
    send()
    files.of('a').remove(one?.key ?? 0)
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false])
    await asked[0]?.fail()
    await asked[1]?.ok()
    expect(sent).toEqual([['two']])
  })

  it('that failed stay when the others go, as long as they can be tried again', async () => {
    const { asked, files, send, sent, states } = open()
    files.of('a').add([file('one'), file('empty', 0), file('two')])
    await asked[0]?.fail()
    await asked[1]?.ok()
    send()
    expect([sent, states()]).toEqual([[['two']], ['one refused']])
  })

  it('beyond the tenth are named, not taken', () => {
    const { asked, files, states } = open()
    files.of('a').add(Array.from({ length: 9 }, (_, index) => file(`${index}`)))
    files.of('a').add([file('tenth'), ...'abcdef'.split('').map((name) => file(name))])
    expect(asked).toHaveLength(10)
    expect(states().slice(9)).toEqual(['tenth sending', 'a · b · c · d · e · f tooMany'])
  })
})
