import { type Kysely, sql } from 'kysely'

/**
 * A mark for each kind of item, another one after each change of its rows, whoever makes it: what servers remember of the
 * configuration is held against it. Never one that was there before, so a change that is taken back leaves no wrong one behind.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('configuration_print')
    .addColumn('kind', 'text', (c) => c.primaryKey())
    .addColumn('print', 'uuid', (c) => c.notNull())
    .execute()
  await sql`insert into configuration_print (kind, print)
    select kind, gen_random_uuid() from configuration group by kind`.execute(db)
  await sql`create function note_configuration_change() returns trigger language plpgsql as $$
    begin
      insert into configuration_print (kind, print) values (coalesce(new.kind, old.kind), gen_random_uuid())
        on conflict (kind) do update set print = excluded.print;
      return null;
    end $$`.execute(db)
  await sql`create trigger configuration_changed after insert or update or delete on configuration
    for each row execute function note_configuration_change()`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger configuration_changed on configuration`.execute(db)
  await sql`drop function note_configuration_change()`.execute(db)
  await db.schema.dropTable('configuration_print').execute()
}
