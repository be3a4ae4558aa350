import type pg from "pg";

type Queryable = Pick<pg.Pool, "query">;

/** Announces a gateway worker; `id` is what its reservations carry. */
export async function insertWorker(db: Queryable, worker: { id: string; host: string; pid: number }): Promise<void> {
  await db.query("insert into worker (id, host, pid) values ($1, $2, $3)", [worker.id, worker.host, worker.pid]);
}

/**
 * Says by the database's clock that the worker lives and which configuration it has in force. Writes the row anew if it was
 * cleared away while the database could not be reached.
 */
export async function heartbeat(
  db: Queryable,
  worker: { id: string; host: string; pid: number; configVersion: bigint },
): Promise<void> {
  await db.query(
    `insert into worker (id, host, pid, config_version) values ($1, $2, $3, $4)
      on conflict (id) do update set heartbeat_at = now(), config_version = excluded.config_version`,
    [worker.id, worker.host, worker.pid, worker.configVersion.toString()],
  );
}

/** Takes a worker that has settled everything out of the list; one with open reservations stays for the sweeper. */
export async function deleteWorker(db: Queryable, id: string): Promise<void> {
  await db.query("delete from worker where id = $1 and not exists (select from reservation where worker_id = $1)", [
    id,
  ]);
}

/** Closes reservations of workers that died. Returns how many. */
export async function sweepReservations(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ sweep: number }>("select sweep()");
  return rows[0]?.sweep ?? 0;
}

/** Closes credits that have ended: writes off what is left, or gives it back to its pool. Returns how many. */
export async function expireCredits(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ expire_credits: number }>("select expire_credits()");
  return rows[0]?.expire_credits ?? 0;
}

/** Gives allowances whose time has come; `zone`: where midnight is local. Returns how many were renewed. */
export async function renewAllowances(db: Queryable, zone: string): Promise<number> {
  const { rows } = await db.query<{ renewed: number }>("select renew_allowances($1) as renewed", [zone]);
  return rows[0]?.renewed ?? 0;
}

/** Ends grants that wait in a course's pool where the course is over, or the pool's own money. Returns how many. */
export async function tendWaiting(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ closed: number }>("select tend_waiting() as closed");
  return rows[0]?.closed ?? 0;
}

/** Pays one allowance of a course whose period has begun; `zone`: where midnight is local. Returns how many were looked at. */
export async function drawCourseAllowances(db: Queryable, zone: string): Promise<number> {
  const { rows } = await db.query<{ drawn: number }>("select draw_course_allowances($1) as drawn", [zone]);
  return rows[0]?.drawn ?? 0;
}
