import { type ErrorCode, type ErrorParameters, storableText } from "@lyceum/domain";
import type pg from "pg";

/** A request with a key that was refused before it left a usage record. */
export type ObservedRefusal = {
  /** SHA-256 of the key, in hexadecimal; null: only its beginning is known. */
  readonly hash: string | null;
  readonly prefix: string;
  readonly code: ErrorCode;
  readonly parameters: ErrorParameters;
  readonly method: string;
  readonly path: string;
  readonly at: Date;
};

const MOST_LETTERS = 400;

/**
 * Writes down the last refusal of each key that is new or was never used, which is while somebody may be waiting for it; of any other there is
 * nothing to write. A key that is known by its beginning only must be new and unused.
 */
export async function recordKeyRefusals(
  db: Pick<pg.Pool, "query">,
  refusals: readonly ObservedRefusal[],
): Promise<void> {
  await db.query({
    name: "key-refusals",
    text: `with d as (
        select * from unnest($1::bytea[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::text[], $7::timestamptz[])
          as d (hash, prefix, code, parameters, method, path, at)),
      known as (
        select k.id, k.status, k.last_used_at, k.created_at, d.* from d join virtual_key k on k.hash = d.hash
        union all
        select k.id, k.status, k.last_used_at, k.created_at, d.* from d join virtual_key k on k.prefix = d.prefix
          where d.hash is null and k.last_used_at is null and k.created_at > now() - interval '1 day')
      insert into key_refusal as r (key_id, code, parameters, method, path, refused_at)
        select distinct on (id) id, code, parameters, method, path, at from known
          where status <> 'deleted' and (last_used_at is null or created_at > now() - interval '1 day') order by id, at desc
        on conflict (key_id) do update set code = excluded.code, parameters = excluded.parameters, method = excluded.method,
          path = excluded.path, refused_at = excluded.refused_at where r.refused_at < excluded.refused_at`,
    values: [
      refusals.map(({ hash }) => (hash === null ? null : Buffer.from(hash, "hex"))),
      refusals.map(({ prefix }) => prefix),
      refusals.map(({ code }) => code),
      refusals.map(({ parameters }) => JSON.stringify(bounded(parameters))),
      refusals.map(({ method }) => method),
      refusals.map(({ path }) => plain(path)),
      refusals.map(({ at }) => at),
    ],
  });
}

function bounded(parameters: ErrorParameters): ErrorParameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === "string" ? plain(value) : value]),
  );
}

/** What PostgreSQL takes as text, and not too much of it. */
function plain(text: string): string {
  return storableText(text.slice(0, MOST_LETTERS));
}
