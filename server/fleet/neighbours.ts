/** The servers beside us: who is connected there, and what they and we have to tell each other's browsers. */
import { type Announcements, type Bus, type Passed, type PassedName, passedNames } from '../bus.ts'
import type { Hub, HubWord } from '../socket/hub.ts'
import { livingBeside } from './fleet.store.ts'
import { openPost, type Post, type PostDeps } from './post.ts'

type Ours = { hub: Pick<Hub, 'keys' | 'take' | 'allAnew'>; bus: Bus }

type Word =
  | HubWord
  /** Somebody is new and knows nothing of us. */
  | { t: 'hello' }
  | { t: 'bye' }
  /** Who is here now; all of them, or those who came and went since. */
  | { t: 'here'; all: boolean; came: string[]; went: string[] }
  | { [N in PassedName]: { t: 'told'; name: N; payload: Passed[N] } }[PassedName]

export type Neighbours = {
  /** To the browsers that are connected there. Costs nothing while there is nobody. */
  send(word: HubWord): void
  /** Whether a browser of that room is connected there. */
  has(key: string): boolean
  /** Somebody came, went, or looks. */
  changed(): void
  /** From now on they hear us and we them. `hub`, `bus`: ours. */
  start(selfId: string, ours: Ours): Promise<void>
  /** Who lives. Of one that died without a word something may be missing here. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** At the soonest so long after one another browsers come anew for words that failed: of a newer build each might. */
const ANEW_MS = 30_000

export function createNeighbours(d: PostDeps): Neighbours {
  /** Server → keys of those who are connected there. */
  const there = new Map<string, Set<string>>()
  /** Of whom we have not heard yet who is there. */
  const unheard = new Set<string>()
  /** Servers that have said that they go. */
  const left = new Set<string>()
  let ours: { hub: Ours['hub']; selfId: string; post: Post } | null = null
  let told = new Set<string>()
  let line = Promise.resolve()
  let telling = false
  let anewAt = Number.NEGATIVE_INFINITY
  let anew: NodeJS.Timeout | undefined

  const meet = (id: string): Set<string> => {
    const known = there.get(id)
    if (known) return known
    unheard.add(id)
    const none = new Set<string>()
    there.set(id, none)
    return none
  }
  const forget = (id: string): void => {
    there.delete(id)
    unheard.delete(id)
  }
  const say = (word: Word): void => {
    if (there.size > 0) ours?.post.send(word)
  }
  const sayHere = (all: boolean): void => {
    if (!ours || there.size === 0) return
    const now = new Set(ours.hub.keys())
    const came = all ? [...now] : [...now].filter((key) => !told.has(key))
    const went = all ? [] : [...told].filter((key) => !now.has(key))
    told = now
    if (all || came.length + went.length > 0) say({ t: 'here', all, came, went })
  }
  const take = (from: string, word: Word, bus: Bus): void => {
    if (word.t === 'bye') {
      left.add(from)
      forget(from)
      return
    }
    const known = meet(from)
    if (word.t === 'hello') return sayHere(true)
    if (word.t === 'here') {
      if (word.all) {
        known.clear()
        unheard.delete(from)
      }
      for (const key of word.came) known.add(key)
      for (const key of word.went) known.delete(key)
    } else if (word.t === 'told') bus.pass(word.name, word.payload)
    else ours?.hub.take(word)
  }
  /** What it told is missing here, and is found by asking anew. */
  const untaken = (word: Word, err: unknown, hub: Ours['hub']): void => {
    d.log.error({ err, word: word.t }, 'a word of another server could not be taken: browsers ask anew')
    anew ??= setTimeout(
      () => {
        anew = undefined
        anewAt = performance.now()
        hub.allAnew()
      },
      Math.max(0, anewAt + ANEW_MS - performance.now()),
    ).unref()
  }

  return {
    send: say,
    changed() {
      if (telling || there.size === 0) return
      telling = true
      // Who comes is in their rooms by then, and those of one moment are told together.
      setImmediate(() => {
        telling = false
        sayHere(false)
      })
    },
    has: (key) => [...there.values()].some((keys) => keys.has(key)),
    async start(selfId, { hub, bus }) {
      const missed = (): void => {
        if (there.size === 0) return
        hub.allAnew()
        say({ t: 'hello' })
      }
      const post = await openPost(d, selfId, {
        heard: (from, words) => {
          line = line.then(async () => {
            for (const word of words as Word[]) {
              try {
                take(from, word, bus)
              } catch (error) {
                untaken(word, error, hub)
              }
              // What follows from it at once, as that somebody hears no more, comes before the next.
              await Promise.resolve()
            }
          })
        },
        missed,
      })
      ours = { hub, selfId, post }
      passOn(bus, say)
      for (const id of await livingBeside(d.db, selfId)) meet(id)
      say({ t: 'hello' })
      sayHere(true)
    },
    async look() {
      if (!ours) return
      const living = new Set((await livingBeside(d.db, ours.selfId)).filter((id) => !left.has(id)))
      const dead = [...there.keys()].filter((id) => !living.has(id))
      for (const id of dead) forget(id)
      for (const id of living) meet(id)
      if (unheard.size > 0) say({ t: 'hello' })
      // What it wrote and did not say is found by asking anew.
      if (dead.length > 0) ours.hub.allAnew()
    },
    async stop() {
      clearTimeout(anew)
      say({ t: 'bye' })
      await ours?.post.close()
    },
  }
}

/** What listeners of theirs have to do as well. */
function passOn(bus: Bus, say: (word: Word) => void): void {
  const pass = <N extends PassedName>(name: N): void => {
    bus.on(name, (payload: Announcements[N]) => {
      const { left: _, ...rest } = payload as Announcements[N] & { left?: unknown }
      say({ t: 'told', name, payload: rest } as unknown as Word)
    })
  }
  passedNames.forEach(pass)
}
