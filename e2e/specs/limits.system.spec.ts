import { expect, test } from "@playwright/test";
import { look, verify } from "../src/books.ts";
import { chat } from "../src/campus.ts";
import { type Fleet, openFleet } from "../src/fleet.ts";
import { cliJson } from "../src/system.ts";

// 400 parallel requests over three servers on one PostgreSQL: each limit is exact.
const CALLS = 400;
const SERVERS = 3;
/** 500 tokens at ¥8 a million; input is free, so that what is reserved is what is charged. */
const MODEL = "demo-usage-20-500";
const COST_NANOS = 4_000_000n;
const COST = "0.004";
/** Answers late: whoever is admitted is still there when the last is refused, on a busy machine too. A minute is given to a first word. */
const SLOW_MODEL = "demo-slow-45000";

test.describe.configure({ mode: "serial" });
let fleet: Fleet;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  fleet = await openFleet(SERVERS);
  await fleet.campus.offer([MODEL, SLOW_MODEL], { input: "0", output: "8" });
});
test.afterAll(() => fleet?.close());
test.afterEach(async () => {
  expect(await verify(fleet.campus.dataDir)).toMatchObject({ ok: true });
  const [row] = await query<{ open: number; reserved: string; least: string; sums: boolean }>(
    `select (select count(*)::int from reservation) as open, sum(reserved_nanos) as reserved, min(balance_nanos) as least,
        (select sum(amount_nanos) from ledger_entry) = (select sum(remaining_nanos) from credit) as sums from account`,
  );
  expect(row).toMatchObject({ open: 0, reserved: "0", sums: true });
  expect(BigInt(row?.least ?? -1)).toBeGreaterThanOrEqual(0n);
});

test("a balance for 10 pays for 10, and the rest is 402", async () => {
  const { key, studentId } = await fleet.campus.student(times(10));
  const { answered, refused } = await burst(key, MODEL);
  expect(answered).toHaveLength(10);
  expect(countBy(refused, ({ status, code }) => `${status} ${code}`)).toEqual({
    "402 insufficient_balance": CALLS - 10,
  });
  expect(await charges(studentId)).toEqual(Array(10).fill(COST_NANOS));
  const [account] = await query<{ balance_nanos: string }>(
    "select balance_nanos from account a join app_user u on u.id = a.user_id where u.student_id = $1",
    [studentId],
  );
  expect(account?.balance_nanos).toBe("0");
});

test("a key's cap for 10 pays for 10, and the rest is 402", async () => {
  const { studentId } = await fleet.campus.student("100");
  const { key } = await cliJson<{ key: string }>(fleet.campus.dataDir, [
    ...["key", "create", "--student-id", studentId, "--name", "capped", "--group", "default", "--cap", times(10)],
  ]);
  const { answered, refused } = await burst(key, MODEL);
  expect(answered).toHaveLength(10);
  expect(countBy(refused, ({ status, code }) => `${status} ${code}`)).toEqual({ "402 key_cap_exceeded": CALLS - 10 });
  expect(await charges(studentId)).toEqual(Array(10).fill(COST_NANOS));
});

test("a limit of 20 requests a minute for the user admits 20, and the rest is 429 with Retry-After", async () => {
  const { key, studentId } = await fleet.campus.student("100");
  await query("update account set rpm_limit = 20 where user_id = (select id from app_user where student_id = $1)", [
    studentId,
  ]);
  const { answered, refused, minutes } = await burst(key, MODEL);
  expectRate(answered, 20, minutes);
  const count = answered.length;
  expect(countBy(refused, ({ status, code }) => `${status} ${code}`)).toEqual({ "429 rpm_exceeded": CALLS - count });
  for (const { retryAfter, limit, message } of refused) {
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(61);
    expect(limit).toBe("20");
    expect(message).toMatch(/Your account .*\b20\b/);
  }
  expect(await charges(studentId)).toHaveLength(count);
});

test("a limit of 10 parallel requests for the key admits 10 at a time, and the rest is 429 with Retry-After", async () => {
  test.setTimeout(240_000);
  const { key, studentId } = await fleet.campus.student("100");
  await query(
    "update virtual_key set parallel_limit = 10 where user_id = (select id from app_user where student_id = $1)",
    [studentId],
  );
  const { answered, refused } = await burst(key, SLOW_MODEL);
  expect(answered).toHaveLength(10);
  expect(countBy(refused, ({ status, code }) => `${status} ${code}`)).toEqual({ "429 parallel_exceeded": CALLS - 10 });
  for (const { retryAfter, message } of refused) {
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(message).toMatch(/This key .*\b10\b/);
  }
  expect(await charges(studentId)).toHaveLength(10);
  // What has ended gives its place back, whole and only once.
  const again = await burst(key, MODEL, 10);
  expect(again.answered).toHaveLength(10);
});

test("a limit of 30 requests a minute for each member of a group counts each member alone", async () => {
  const members = [await fleet.campus.student("100"), await fleet.campus.student("100")];
  await query("update access_group set rpm_limit = 30 where id = 'default'");
  try {
    const bursts = await Promise.all(members.map(({ key }) => burst(key, MODEL, CALLS / 2)));
    for (const { answered, refused, minutes } of bursts) {
      expectRate(answered, 30, minutes);
      expect(countBy(refused, ({ code }) => code)).toEqual({ rpm_exceeded: CALLS / 2 - answered.length });
      expect(refused[0]?.message).toMatch(/Each member of the group .*\b30\b/);
    }
  } finally {
    await query("update access_group set rpm_limit = null where id = 'default'");
  }
});

type Reply = { status: number; code: string; message: string; retryAfter: number; limit: string | null };

/** So many were admitted, and as many again for each whole minute that the calls took on a machine that is very busy. */
function expectRate(answered: readonly Reply[], limit: number, minutes: number): void {
  expect(answered.length).toBeGreaterThanOrEqual(limit);
  expect(answered.length).toBeLessThanOrEqual(limit * (1 + minutes));
}

type Burst = { answered: Reply[]; refused: Reply[] /** Whole ones that it took. */; minutes: number };

/** So many calls at once, spread over the servers. */
async function burst(key: string, model: string, calls = CALLS): Promise<Burst> {
  const begun = performance.now();
  const body = { model, messages: [{ role: "user", content: "hello" }], max_tokens: 500 };
  const replies = await Promise.all(
    Array.from({ length: calls }, async (_, index): Promise<Reply> => {
      const response = await chat(fleet.urls[index % fleet.urls.length] ?? "", key, body);
      const { error } = (await response.json()) as { error?: { code: string; message: string } };
      return {
        ...{ status: response.status, code: error?.code ?? "", message: error?.message ?? "" },
        retryAfter: Number(response.headers.get("retry-after")),
        limit: response.headers.get("x-ratelimit-limit-requests"),
      };
    }),
  );
  const answered = replies.filter(({ status }) => status === 200);
  const minutes = Math.floor((performance.now() - begun) / 60_000);
  return { answered, refused: replies.filter(({ status }) => status !== 200), minutes };
}

/** What each of a student's requests was charged; all of them must have finished. */
async function charges(studentId: string): Promise<bigint[]> {
  const rows = await query<{ charge_nanos: string; outcome: string }>(
    "select charge_nanos, outcome from usage_record r join app_user u on u.id = r.user_id where u.student_id = $1",
    [studentId],
  );
  for (const { outcome } of rows) expect(outcome).toBe("finished");
  return rows.map((row) => BigInt(row.charge_nanos));
}

/** The price of so many calls, in yuan. */
function times(calls: number): string {
  return String((Number(COST) * calls).toFixed(3));
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

function query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return look<Row & Record<string, unknown>>(fleet.postgres.url, sql, values);
}
