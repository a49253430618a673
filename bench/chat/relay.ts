/**
 * The reference: socket.io alone. Passes each message on to the other side's room and stores nothing; with a database's
 * address as its argument it inserts one bare row before that, on disk, and does nothing else of what a conversation takes.
 */
import { createServer } from 'node:http'
import pg from 'pg'
import { Server } from 'socket.io'

type Send = { conversationId: string; clientId: string; text: string }

const STORE = `insert into bench_line (conversation, client_id, text) values ($1, $2, $3)`
const [databaseUrl] = process.argv.slice(2)
const pool = databaseUrl ? new pg.Pool({ connectionString: databaseUrl, max: 16 }) : null
pool?.on('error', () => undefined)
await pool?.query('create table bench_line (conversation text, client_id uuid primary key, text text)')

const http = createServer()
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
  pingInterval: 10_000,
  pingTimeout: 8_000,
})
for (const [side, other] of [
  ['visitor', 'desk'],
  ['desk', 'visitor'],
] as const) {
  io.of(`/${side}`).on('connection', (socket) => {
    const { rooms } = socket.handshake.auth as { rooms: string[] }
    void socket.join(rooms)
    socket.on('request', (_name: string, input: Send, ack: (answer: unknown) => void) => {
      if (pool === null) {
        pass(input, ack)
        return
      }
      const { conversationId, clientId, text } = input
      const row = { name: 'store', text: STORE, values: [conversationId, clientId, text] }
      void pool.query(row).then(() => pass(input, ack))
    })
    const pass = ({ conversationId, clientId, text }: Send, ack: (answer: unknown) => void) => {
      const at = Date.now()
      const actor = { kind: side === 'desk' ? 'agent' : 'visitor' }
      const event = { type: 'message', v: 1, payload: { text }, seq: 1, at, actor, clientId }
      io.of(`/${other}`)
        .to(conversationId)
        .emit('push', 'events', { conversationId, events: [event] })
      ack({ ok: true, output: { conversationId, seq: 1, at } })
    }
  })
}
process.on('SIGTERM', () => process.exit(0))
http.listen(0, '127.0.0.1', () => process.send?.(http.address()))
