import { type Kysely, sql } from 'kysely'

const time = 'timestamptz'
/** Events that named a side and name a seat now. */
const placed = ['mediaRaised', 'mediaLowered', 'muted', 'unmuted', 'sideLeft', 'sideReturned']
const rememberedStates = ['state', 'visitor_state'] as const

/** A call has any number of seats; the two sides that were columns of it become two rows. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('call_seat')
    .addColumn('call_id', 'uuid', (c) => c.notNull().references('call.id').onDelete('cascade'))
    // `visitor`, `agent` (whoever is the conversation's present agent), or a short generated id.
    .addColumn('seat_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) =>
      c.notNull().check(sql`kind in ('visitor', 'agent', 'guest', 'supervisor')`),
    )
    // Whose further seat it is, when it is staff's.
    .addColumn('person_id', 'uuid', (c) => c.references('person.id'))
    .addColumn('name', 'text')
    // How a supervisor takes part; null for everybody else.
    .addColumn('mode', 'text', (c) => c.check(sql`mode in ('listen', 'whisper', 'barge')`))
    .addColumn('epoch', 'integer', (c) => c.notNull().defaultTo(0))
    // Which socket holds the seat; a claim replaces it.
    .addColumn('holder', 'text')
    .addColumn('gone_since', time)
    .addColumn('joined_at', time, (c) => c.notNull())
    .addColumn('left_at', time)
    .addPrimaryKeyConstraint('call_seat_pk', ['call_id', 'seat_id'])
    .execute()
  await sql`create index call_seat_holder on call_seat (holder) where left_at is null`.execute(db)
  for (const side of ['visitor', 'agent']) {
    const column = (name: string) => sql.ref(`${side}_${name}`)
    await sql`insert into call_seat (call_id, seat_id, kind, epoch, holder, gone_since, joined_at)
      select id, ${sql.lit(side)}, ${sql.lit(side)}, ${column('epoch')}, ${column('holder')},
        ${column('gone_since')}, asked_at from call`.execute(db)
    for (const name of ['epoch', 'holder', 'gone_since'])
      await db.schema.alterTable('call').dropColumn(`${side}_${name}`).execute()
  }
  await sql`alter table segment rename column side to seat_id`.execute(db)
  await sql`update conversation_event set payload = payload - 'side' || jsonb_build_object('seat', payload -> 'side')
    where type = any(${placed}) and payload ? 'side'`.execute(db)
  for (const state of rememberedStates) await seatsInto(db, state)
}

/** The remembered fold of a call that runs over the change. */
async function seatsInto(db: Kysely<unknown>, state: string): Promise<void> {
  const column = sql.ref(state)
  const seat = (side: string) =>
    sql`${column} #> ${sql.lit(`{call,${side}}`)} || ${sql.lit(`{"kind": "${side}", "name": null, "held": null}`)}::jsonb`
  await sql`update conversation set ${column} = jsonb_set(${column}, '{call}', (${column} -> 'call') - 'visitor' - 'agent'
      || jsonb_build_object('seats', jsonb_build_object('visitor', ${seat('visitor')}, 'agent', ${seat('agent')})))
    where ${column} #> '{call,visitor}' is not null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const state of rememberedStates) {
    const column = sql.ref(state)
    const side = (name: string) =>
      sql`${column} #> ${sql.lit(`{call,seats,${name}}`)} #- '{kind}' #- '{name}' #- '{held}'`
    await sql`update conversation set ${column} = jsonb_set(${column}, '{call}', (${column} -> 'call') - 'seats'
        || jsonb_build_object('visitor', ${side('visitor')}, 'agent', ${side('agent')}))
      where ${column} #> '{call,seats}' is not null`.execute(db)
  }
  await sql`update conversation_event set payload = payload - 'seat' || jsonb_build_object('side', payload -> 'seat')
    where type = any(${placed}) and payload ? 'seat'`.execute(db)
  await sql`alter table segment rename column seat_id to side`.execute(db)
  for (const side of ['visitor', 'agent']) {
    await db.schema
      .alterTable('call')
      .addColumn(`${side}_epoch`, 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn(`${side}_holder`, 'text')
      .addColumn(`${side}_gone_since`, time)
      .execute()
    const column = (name: string) => sql.ref(`${side}_${name}`)
    await sql`update call set ${column('epoch')} = s.epoch, ${column('holder')} = s.holder,
        ${column('gone_since')} = s.gone_since
      from call_seat s where s.call_id = call.id and s.seat_id = ${sql.lit(side)}`.execute(db)
  }
  await db.schema.dropTable('call_seat').execute()
}
