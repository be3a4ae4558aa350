import {
  chargedThisMonth,
  createPrisma,
  type Db,
  findHeaviestUse,
  getUsageRecord,
  listUsageRecords,
  usageLatency,
  usageSeries,
  usageTotals,
} from "@lyceum/db";
import type pg from "pg";
import { median } from "../load/percentiles.ts";

/** What one statement of a page takes inside the database. */
export type QueryTime = {
  readonly page: string;
  /** Which of the page's statements, from 1. */
  readonly statement: number;
  /** Planning and execution; the first time, and the median of the next. */
  readonly firstMs: number;
  readonly ms: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
};

type Statement = { text: string; values: unknown[] };

const DAY_MS = 86_400_000;
const REPEATS = 5;
const ZONE = "Asia/Shanghai";

/** Times what the usage pages ask: the functions themselves are called, and each statement they send is explained. */
export async function timeQueries(url: string, client: pg.Client, until: Date): Promise<QueryTime[]> {
  const statements: Statement[] = [];
  const prisma = createPrisma(url);
  const db = prisma.$extends({
    query: {
      $queryRaw({ args, query }) {
        statements.push({ text: args.text, values: args.values });
        return query(args);
      },
    },
  }) as unknown as Db; // the same methods; the extension only listens
  try {
    const times: QueryTime[] = [];
    for (const [page, ask] of await pages(client, until)) {
      statements.length = 0;
      await ask(db);
      for (const [index, statement] of [...statements].entries()) {
        times.push({ page, statement: index + 1, ...(await explain(client, statement)) });
      }
    }
    return times;
  } finally {
    await prisma.$disconnect();
  }
}

type Page = readonly [name: string, ask: (db: Db) => Promise<unknown>];

async function pages(client: pg.Client, until: Date): Promise<Page[]> {
  const daysAgo = (days: number) => new Date(until.getTime() - days * DAY_MS);
  const { rows } = await client.query<{ id: string; accounts: string[]; first: Date }>(
    `select (array_agg(account_id order by used desc))[1] as id, (array_agg(account_id order by used desc)) as accounts, min(first) as first
      from (select account_id, sum(requests) as used, min(hour) as first from usage_rollup group by 1) u`,
  );
  const accounts = rows[0]?.accounts ?? [];
  const from = rows[0]?.first ?? until;
  const busiest = accounts[0] ?? null;
  const middling = accounts[accounts.length >> 1] ?? null;
  const of = (name: string, accountId: string | null): Page[] => [
    [
      `${name}: 7 days by model`,
      (db) => usageSeries(db, { accountId, from: daysAgo(7), to: until, bucket: "day", by: "model", zone: ZONE }),
    ],
    [
      `${name}: 30 days by model`,
      (db) => usageSeries(db, { accountId, from: daysAgo(30), to: until, bucket: "day", by: "model", zone: ZONE }),
    ],
    [
      `${name}: today by the hour`,
      (db) => usageSeries(db, { accountId, from: daysAgo(1), to: until, bucket: "hour", by: "model", zone: ZONE }),
    ],
    [`${name}: sums of the 30 days before`, (db) => usageTotals(db, { accountId, from: daysAgo(60), to: daysAgo(30) })],
    ...(accountId === null
      ? []
      : ([
          [
            `${name}: requests of 30 days, first page`,
            (db) => listUsageRecords(db, { accountId, from: daysAgo(30), to: until, pageSize: 25 }),
          ],
          [
            `${name}: latencies of 30 days by model`,
            (db) =>
              usageLatency(db, { accountId, from: daysAgo(30), to: until, bucket: "day", by: "model", zone: ZONE }),
          ],
          [
            `${name}: latencies of 30 days by course`,
            (db) =>
              usageLatency(db, { accountId, from: daysAgo(30), to: until, bucket: "day", by: "course", zone: ZONE }),
          ],
          [`${name}: what used the money up`, (db) => findHeaviestUse(db, accountId)],
        ] satisfies Page[])),
  ];
  const newest = await client.query<{ id: string }>("select id from usage_record order by id desc limit 1");
  const id = newest.rows[0]?.id ?? "";
  return [
    ...of("middling student", middling),
    ...of("busiest student", busiest),
    [
      "busiest student: 30 days by key",
      (db) =>
        usageSeries(db, { accountId: busiest, from: daysAgo(30), to: until, bucket: "day", by: "key", zone: ZONE }),
    ],
    ["one receipt", (db) => getUsageRecord(db, { id, accountId: null })],
    ...of("whole campus", null),
    [
      "whole campus: all time by model",
      (db) => usageSeries(db, { accountId: null, from, to: until, bucket: "day", by: "model", zone: ZONE }),
    ],
    ["whole campus: sums of all time", (db) => usageTotals(db, { accountId: null, from, to: until })],
    ["list of people: charged this month, 50 accounts", (db) => chargedThisMonth(db, accounts.slice(0, 50), ZONE)],
  ];
}

type Explained = {
  "Planning Time": number;
  "Execution Time": number;
  Plan: { "Shared Hit Blocks": number; "Shared Read Blocks": number };
};

async function explain(client: pg.Client, statement: Statement): Promise<Omit<QueryTime, "page" | "statement">> {
  const runs: Explained[] = [];
  for (let i = 0; i <= REPEATS; i++) {
    const text = `explain (analyze, buffers, timing off, format json) ${statement.text}`;
    const { rows } = await client.query<{ "QUERY PLAN": [Explained] }>(text, statement.values);
    const explained = rows[0]?.["QUERY PLAN"][0];
    if (explained === undefined) throw new Error("explain gave no plan");
    runs.push(explained);
  }
  const times = runs.map((run) => run["Planning Time"] + run["Execution Time"]);
  const last = runs.at(-1)?.Plan;
  return {
    firstMs: times[0] ?? Number.NaN,
    ms: median(times.slice(1)),
    blocksHit: last?.["Shared Hit Blocks"] ?? 0,
    blocksRead: last?.["Shared Read Blocks"] ?? 0,
  };
}
