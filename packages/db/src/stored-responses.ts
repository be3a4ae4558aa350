import type pg from "pg";

type Queryable = Pick<pg.ClientBase, "query">;

/** More turns than this are no conversation. */
const MOST_TURNS = 1_000;
/** What one account may keep; beyond it the oldest go. */
const MOST_BYTES_AN_ACCOUNT = 256 * 1024 * 1024;
const DELETED_AT_ONCE = 500;

export type StoredResponse = {
  readonly id: string;
  readonly previousId: string | null;
  /** JSON of its own input items. */
  readonly input: string;
  /** JSON of the response object. */
  readonly response: string;
};

/** `itemIds`: of its output, in order; "" for one without. */
export type NewStoredResponse = StoredResponse & { readonly itemIds: readonly string[] };

/** Keeps an answer for so many days, and what it goes on from (`turns`) about as long: not every turn writes all former ones anew. */
export async function insertStoredResponse(
  db: Queryable,
  accountId: string,
  { id, previousId, input, response, itemIds }: NewStoredResponse,
  turns: readonly string[],
  days: number,
): Promise<void> {
  const bytes = Buffer.byteLength(input) + Buffer.byteLength(response);
  await db.query({
    name: "insert-stored-response",
    text: `with kept as (
        update stored_response set expires_at = greatest(expires_at, now() + make_interval(days => $7))
          where account_id = $1 and id = any($8::uuid[]) and expires_at < now() + make_interval(days => $7) * 0.9
      ), items as (
        insert into stored_item (account_id, item_id, response_id, position)
          select distinct on (item_id) $1, item_id, $2, position - 1
            from unnest($9::text[]) with ordinality as item (item_id, position) where item_id <> ''
          on conflict (account_id, item_id) do update set response_id = excluded.response_id, position = excluded.position
      )
      insert into stored_response (account_id, id, previous_id, input, response, bytes, expires_at)
        values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7))`,
    values: [accountId, id, previousId, input, response, bytes, days, turns, itemIds],
  });
}

/** A response of this account; null: it has none with this id, or none any more. */
export async function findStoredResponse(db: Queryable, accountId: string, id: string): Promise<StoredResponse | null> {
  const { rows } = await db.query<StoredResponse>({
    name: "find-stored-response",
    text: `select id, previous_id as "previousId", input, response
      from stored_response where account_id = $1 and id = $2 and expires_at > now()`,
    values: [accountId, id],
  });
  return rows[0] ?? null;
}

/**
 * Items of this account's stored responses as JSON, by their ids; those that aren't there are left out. Null: together they have more than so many
 * bytes.
 */
export async function findStoredItems(
  db: Queryable,
  accountId: string,
  ids: readonly string[],
  mostBytes: number,
): Promise<ReadonlyMap<string, string> | null> {
  // Each response is parsed once, however many of its items are wanted; of more than anybody may have one too many is told.
  const { rows } = await db.query<{ id: string; item: string; total: string }>({
    name: "find-stored-items",
    text: `select id, item, total from (
        select i.item_id as id, o.item::text as item, octet_length(o.item::text) as length,
          sum(octet_length(o.item::text)) over (order by i.item_id) as total
        from (
          select distinct response_id from stored_item where account_id = $1 and item_id = any($2::text[])
        ) wanted
        join stored_response r on r.account_id = $1 and r.id = wanted.response_id and r.expires_at > now()
        cross join lateral json_array_elements(r.response::json -> 'output') with ordinality as o (item, place)
        join stored_item i on i.account_id = $1 and i.response_id = r.id and i.position = o.place - 1
        where i.item_id = any($2::text[])
      ) found where total - length <= $3`,
    values: [accountId, ids, mostBytes],
  });
  if (rows.some(({ total }) => Number(total) > mostBytes)) return null;
  return new Map(rows.map(({ id, item }) => [id, item]));
}

/** `turns`: from the first to the one asked for. `too-long`: they have more than so many bytes, or are more than anybody says. */
export type Conversation =
  | { readonly kind: "found"; readonly turns: readonly StoredResponse[] }
  | { readonly kind: "missing" }
  | { readonly kind: "too-long" };

/** A response of this account and all that it goes on from. `missing`: one of them is not there, or not there any more. */
export async function findConversation(
  db: Queryable,
  accountId: string,
  id: string,
  mostBytes: number,
): Promise<Conversation> {
  const { rows } = await db.query<StoredResponse & { total: string; turn: number }>({
    name: "find-conversation",
    text: `with recursive turn as (
        select id, previous_id, input, response, bytes::bigint as total, 1 as turn
          from stored_response where account_id = $1 and id = $2 and expires_at > now()
        union all
        select r.id, r.previous_id, r.input, r.response, t.total + r.bytes, t.turn + 1
          from turn t join stored_response r on r.account_id = $1 and r.id = t.previous_id and r.expires_at > now()
          where t.total <= $3 and t.turn <= $4
      )
      select id, previous_id as "previousId", input, response, total, turn from turn order by turn desc`,
    values: [accountId, id, mostBytes, MOST_TURNS],
  });
  const [first] = rows;
  if (first === undefined) return { kind: "missing" };
  if (Number(first.total) > mostBytes || first.turn > MOST_TURNS) return { kind: "too-long" };
  return first.previousId === null ? { kind: "found", turns: rows } : { kind: "missing" };
}

/** Deletes a response of this account. False: there was none. */
export async function deleteStoredResponse(db: Queryable, accountId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "delete-stored-response",
    text: "delete from stored_response where account_id = $1 and id = $2 and expires_at > now()",
    values: [accountId, id],
  });
  return rowCount === 1;
}

/** Deletes what has expired, a stretch at a time. Returns how many went. */
export async function deleteExpiredResponses(db: Queryable): Promise<number> {
  for (let gone = 0; ; ) {
    const { rowCount } = await db.query(
      `delete from stored_response where (account_id, id) in (
          select account_id, id from stored_response where expires_at <= now() order by expires_at limit $1 for update skip locked)`,
      [DELETED_AT_ONCE],
    );
    gone += rowCount ?? 0;
    if ((rowCount ?? 0) < DELETED_AT_ONCE) return gone;
  }
}

/** Deletes the oldest responses of accounts that keep more than anybody may. Returns how many went. */
export async function deleteExcessResponses(db: Queryable, mostBytes = MOST_BYTES_AN_ACCOUNT): Promise<number> {
  const { rowCount } = await db.query(
    `delete from stored_response r using (
        select account_id, id, sum(bytes) over (partition by account_id order by created_at desc, id desc) as total
          from stored_response) s
      where r.account_id = s.account_id and r.id = s.id and s.total > $1`,
    [mostBytes],
  );
  return rowCount ?? 0;
}
