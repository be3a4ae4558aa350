import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLedgerFixture, type LedgerFixture } from "./testing/ledger-fixture.ts";

let books: LedgerFixture;
beforeAll(async () => {
  books = await createLedgerFixture();
});
afterAll(() => books.drop());

const PEOPLE = 4;
type Query = (sql: string, values?: unknown[]) => Promise<pg.QueryResultRow[]>;
type World = { query: Query; poolId: string; people: readonly string[] };
/** A row for each person and amount: `u.id`, `u.amount`, in the order of `u.place`. */
const ORDERS = "unnest($2::uuid[], $3::bigint[]) with ordinality u (id, amount, place)";

const nanos = fc.integer({ min: 1, max: 60 });
/** Days from now; null: never. */
const end = fc.option(fc.integer({ min: 1, max: 4 }), { freq: 3 });
const person = fc.nat(PEOPLE - 1);
const orders = fc.array(fc.record({ who: person, amount: nanos }), { minLength: 1, maxLength: 2 * PEOPLE });
const act = <const Act extends string>(name: Act) => fc.constant(name);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: act("grant"), orders, end }) },
  { weight: 2, arbitrary: fc.record({ act: act("take"), orders, people: fc.uniqueArray(person, { minLength: 1 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: act("undo"),
      which: fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 13, size: "max" }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: act("end"), people: fc.uniqueArray(person, { minLength: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ act: act("expire") }) },
  { weight: 2, arbitrary: fc.record({ act: act("pass"), days: fc.integer({ min: 1, max: 2 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: act("hold"), who: fc.nat(PEOPLE), amount: fc.integer({ min: 1, max: 150 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** The same twice: row by row, and set-based. What they answer is compared too. */
type Ways = { readonly rows: () => Promise<unknown>; readonly set: () => Promise<unknown> };

function waysOf({ query, poolId, people }: World, each: Step, grants: readonly string[]): Ways | null {
  switch (each.act) {
    case "grant": {
      const to = each.orders.map(({ who }) => people[who]);
      const values = [poolId, to, each.orders.map(({ amount }) => amount), each.end];
      const ends = "now() + make_interval(days => $4::int)";
      return {
        rows: async () => {
          const granted = await query(
            `select g.missing > 0 as lacks from (select * from ${ORDERS} order by u.place) u
              cross join lateral grant_from_pool($1, u.id, 'course-grant', u.amount, ${ends}, null, 'r') g`,
            values,
          );
          return { lacks: granted.some((row) => row.lacks) };
        },
        set: async () => {
          const [granted] = await query(
            `select missing > 0 as lacks from grant_to_many($1, $2, $3, 'course-grant', ${ends}, null, 'r')`,
            values,
          );
          return granted;
        },
      };
    }
    case "take": {
      const amounts = each.people.map((_, place) => each.orders[place % each.orders.length]?.amount ?? 0);
      const holders = each.people.flatMap((who) => people[who] ?? []);
      return {
        rows: async () => {
          const all = [];
          for (const [place, id] of holders.entries()) {
            const taken = await takeFrom({ query, poolId }, id, amounts[place] ?? 0);
            if (taken > 0) all.push({ id, taken });
          }
          return all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
        },
        set: () =>
          query("select holder as id, taken::int as taken from take_from_many($1, $2, $3, null, 'r') order by 1", [
            ...[poolId, holders, amounts],
          ]),
      };
    }
    case "undo": {
      const undone = [...new Set(each.which.map((place) => grants[place % grants.length]))];
      if (grants.length === 0) return null;
      const sums = (from: string) =>
        `select coalesce(sum(u.taken_nanos), 0)::int as taken, coalesce(sum(u.held_nanos), 0)::int as held, coalesce(sum(u.gone_nanos), 0)::int as gone from ${from} u`;
      return {
        rows: () => query(sums("unnest($1::uuid[]) o (id) cross join lateral undo_credit(o.id, null, 'r')"), [undone]),
        set: () => query(sums("undo_grants($1, null, 'r')"), [undone]),
      };
    }
    case "end": {
      const holders = each.people.map((who) => people[who]);
      return {
        rows: async () => {
          const ended = await query(
            `select id, remaining_nanos from credit where pool_id = $1 and account_id = any($2) and is_open and ends_at <= clock_timestamp()
              order by account_id, ends_at, id`,
            [poolId, holders],
          );
          for (const { id, remaining_nanos } of ended) {
            await query("select take_back($1, 'expiry', $2, null, '')", [id, remaining_nanos]);
          }
        },
        set: async () => void (await query("select end_grants($1, $2)", [poolId, holders])),
      };
    }
    default:
      return null;
  }
}

/** Takes the course's money from one person, soonest-ending first, at most what is not reserved. */
async function takeFrom({ query, poolId }: Pick<World, "query" | "poolId">, holder: string, amount: number) {
  const [row] = await query("select least($2, available_nanos($1))::int as due", [holder, amount]);
  const credits = await query(
    `select id, remaining_nanos::int as left_over from credit
      where account_id = $1 and pool_id = $2 and is_open and (ends_at is null or ends_at > clock_timestamp()) order by ends_at nulls last, created_at, id`,
    [holder, poolId],
  );
  let taken = 0;
  for (const { id, left_over } of credits) {
    const take = Math.min(row?.due - taken, left_over);
    if (take > 0) await query("select take_back($1, 'adjustment', $2, null, 'r')", [id, take]);
    taken += Math.max(0, take);
  }
  return taken;
}

/** All accounts, credits and entries; what is new has no name but its content. `now` is the beginning of the transaction. */
async function snapshot({ query, poolId, people }: World, known: readonly string[]) {
  const accounts = [poolId, ...people];
  const named = "case when $2::uuid[] @> array[c.id] then c.id end";
  const ends = "case when abs(extract(epoch from c.ends_at - now())) < 3600 then 'now' else c.ends_at::text end";
  return {
    accounts: await query(
      `select id, balance_nanos, reserved_nanos, case when abs(extract(epoch from next_end_at - now())) < 3600 then 'now' else next_end_at::text end as next_end
        from account where id = any($1) order by id`,
      [accounts],
    ),
    credits: await query(
      `select c.account_id, ${named} as name, c.kind, c.amount_nanos, c.remaining_nanos, c.is_open, ${ends} as ends, c.note, c.pool_id, c.origin_id
        from credit c where c.account_id = any($1) order by 1, 2 nulls last, c.origin_id, c.amount_nanos, c.remaining_nanos`,
      [accounts, known],
    ),
    entries: await query(
      `select l.account_id, l.kind, l.amount_nanos, l.balance_after_nanos, ${named} as name, c.origin_id, l.other_account_id, l.actor_id, l.reason
        from ledger_entry l join credit c on c.id = l.credit_id where l.account_id = any($1) order by 1, 2, 3, 4, 5 nulls last, 6, 7`,
      [accounts, known],
    ),
  };
}

async function play(pool: readonly { amount: number; end: number | null }[], steps: readonly Step[]): Promise<void> {
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, i) => books.person(i === 0 ? 20n : 0n)));
  const { poolId } = await books.course(0n);
  const client = await books.pool.connect();
  const query: Query = async (sql, values = []) => (await client.query(sql, values)).rows;
  const world = { query, poolId, people: people.map((each) => each.accountId) };
  const accounts = [poolId, ...world.people];
  try {
    await query("begin");
    for (const { amount, end: days } of pool) {
      await query(
        "select post_credit($1, 'top-up', 'top-up', $2, now() + make_interval(days => $3::int), '', null, 't')",
        [...[poolId, amount, days]],
      );
    }
    for (const each of steps) {
      const credits = await query("select id, pool_id from credit where account_id = any($1) order by id", [accounts]);
      const known = credits.map((row) => row.id as string);
      const grants = credits.filter((row) => row.pool_id === poolId).map((row) => row.id as string);
      if (each.act === "expire") await query("select expire_credits()");
      if (each.act === "pass") {
        const back = "- make_interval(days => $2::int)";
        await query(`update credit set ends_at = ends_at ${back} where account_id = any($1)`, [accounts, each.days]);
        await query(`update account set next_end_at = next_end_at ${back} where id = any($1)`, [accounts, each.days]);
      }
      // What requests hold, or the pool has set aside.
      const held = "update account set reserved_nanos = least(balance_nanos, $2) where id = $1";
      if (each.act === "hold") await query(held, [accounts[each.who], each.amount]);
      const ways = waysOf(world, each, grants);
      if (ways === null) continue;
      await query("savepoint before");
      const byRows = { answer: await ways.rows(), ...(await snapshot(world, known)) };
      await query("rollback to savepoint before");
      const bySet = { answer: await ways.set(), ...(await snapshot(world, known)) };
      // Whom the pool can't pay any more gets nothing row by row; set-based nobody does.
      const lacks = JSON.stringify(byRows.answer) === '{"lacks":true}';
      if (lacks) expect(bySet.answer).toEqual({ lacks: true });
      else expect(bySet).toEqual(byRows);
      // What was undone ends in two milliseconds.
      await query("select pg_sleep(0.003)");
    }
    await query("update account set reserved_nanos = 0 where id = any($1)", [accounts]);
    expect(await query("select * from verify_ledger()")).toEqual([]);
  } finally {
    await query("rollback");
    client.release();
  }
}

describe("granting, taking and ending for many", () => {
  it("comes to the same as row by row, to the last nano: balances, credits and entries", async () => {
    const pools = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 200 }), end }), {
      minLength: 1,
      maxLength: 5,
    });
    // A grant spans two credits of the pool; of three grants that are undone, requests hold a part.
    const example: [Parameters<typeof play>[0], Step[]] = [
      [
        { amount: 35, end: 2 },
        { amount: 100, end: null },
      ],
      [
        { act: "grant", orders: [30, 30, 5].map((amount) => ({ who: 0, amount })), end: 4 },
        { act: "hold", who: 1, amount: 40 },
        { act: "undo", which: [0, 1, 2, 3] },
        { act: "pass", days: 2 },
        { act: "end", people: [0] },
      ],
    ];
    await fc.assert(fc.asyncProperty(pools, fc.array(step, { minLength: 3, maxLength: 14 }), play), {
      numRuns: 60,
      examples: [example],
    });
  }, 180_000);
});
