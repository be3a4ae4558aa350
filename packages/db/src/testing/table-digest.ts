import { createHash } from "node:crypto";
import type { Db } from "../client.ts";

/** A digest of each table's rows, to see that nothing was changed: `differences(before, await digestTables(db))` names what was. */
export async function digestTables(db: Db): Promise<ReadonlyMap<string, string>> {
  const tables = await db.$queryRaw<{ name: string }[]>`select c.oid::regclass::text as name from pg_class c
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`;
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, coalesce(string_agg(t::text, e'\\n' order by t::text), '') as rows from ${name} t`,
  );
  const found = await db.$queryRawUnsafe<{ name: string; rows: string }[]>(parts.join(" union all "));
  return new Map(found.map(({ name, rows }) => [name, createHash("sha256").update(rows).digest("hex")]));
}

/** Names of the tables that are not as they were. */
export function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}
