import { type Db, usageLatency, usageSeries } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";

// The query lives in packages/db; it is tested here, where real settlements can be made.
let fixture: LedgerFixture;
let db: Db;
beforeAll(async () => {
  fixture = await createLedgerFixture();
  db = createPatientPrisma(fixture.url, 2);
});
afterAll(async () => {
  await db.$disconnect();
  await fixture.drop();
});

it("measures one's own finished requests by the hour and by model or key; an hour without any is missing, not 0", async () => {
  const [person, other] = [await fixture.person(1_000n), await fixture.person(1_000n)];
  const hour = 3_600_000;
  const start = Math.floor(Date.now() / hour) * hour - 5 * hour;
  const settle = (hours: number, model: string, ttftMs: number | null, totalMs: number, changes = {}) => {
    const at = new Date(start + hours * hour + 60_000);
    const draft = draftOf(person, 1n, { requestId: newId(at.getTime()), model, ttftMs, totalMs, ...changes });
    return fixture.settleAt(draft, at.toISOString());
  };
  for (const ttft of [100, 200, 300]) await settle(0, "a", ttft, ttft * 10);
  await settle(2, "b", null, 50);
  await settle(2, "a", 9_000, 9_000, { outcome: "failed" });
  await settle(0, "a", 9_000, 9_000, { accountId: other.accountId, userId: other.userId, keyId: other.keyId });

  const { accountId, keyId } = person;
  const query = { accountId, from: new Date(start), to: new Date(start + 4 * hour), zone: "Asia/Shanghai" };
  const a = { requests: 3, ttftP50Ms: 200, ttftP95Ms: 300, totalP50Ms: 2_000, totalP95Ms: 3_000 };
  const b = { requests: 1, ttftP50Ms: null, ttftP95Ms: null, totalP50Ms: 50, totalP95Ms: 50 };
  expect(await usageLatency(db, { ...query, bucket: "hour", by: "model" })).toEqual({
    buckets: [
      { start: new Date(start), ...a },
      { start: new Date(start + 2 * hour), ...b },
    ],
    series: [
      { series: "a", label: "a", ...a },
      { series: "b", label: "b", ...b },
    ],
    isCut: false,
  });
  const byKey = await usageLatency(db, { ...query, bucket: "day", by: "key" });
  expect(byKey.series).toEqual([
    { series: keyId, label: "k", requests: 4, ttftP50Ms: 200, ttftP95Ms: 300, totalP50Ms: 1_000, totalP95Ms: 3_000 },
  ]);
});

it("tells keys of one name apart by their last letters, in sums and in times", async () => {
  const [person, other] = [await fixture.person(1_000n), await fixture.person(1_000n)];
  const second = newId();
  await fixture.query(
    `insert into virtual_key (id, user_id, account_id, name, hash, prefix, last_four, group_id, models)
      select $1::uuid, user_id, account_id, name, sha256($1::uuid::text::bytea), prefix, 'wxyz', group_id, models from virtual_key where id = $2`,
    [second, person.keyId],
  );
  await fixture.query("update virtual_key set last_four = 'abcd' where id = $1", [person.keyId]);
  for (const draft of [
    draftOf(person, 2n),
    draftOf(person, 1n, { keyId: second }),
    // Another's key of that name is nobody's concern.
    draftOf(other, 1n),
  ])
    await fixture.settleAt(draft, new Date().toISOString());
  const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
  const query = { from, to, zone: "Asia/Shanghai", bucket: "day", by: "key" } as const;
  const names = ["k …abcd", "k …wxyz"];
  const points = await usageSeries(db, { ...query, accountId: person.accountId });
  expect(points.map(({ label }) => label).sort()).toEqual(names);
  const { series } = await usageLatency(db, { ...query, accountId: person.accountId });
  expect(series.map(({ label }) => label).sort()).toEqual(names);
  const [own] = await usageSeries(db, { ...query, accountId: other.accountId });
  expect(own?.label).toBe("k");
});

it("stands by course with the credit that paid first; what nobody paid for is nobody's", async () => {
  const person = await fixture.person(1_000n);
  const [pool, code] = [newId(), "LATENCY"];
  const [course] = await fixture.query<{ id: string }>(
    "insert into course (id, code, name, starts_at, ends_at) values ($1, $2, 'Latency', now(), now() + interval '1 day') returning id",
    [newId(), code],
  );
  await fixture.query("insert into account (id, kind, course_id) values ($1, 'course', $2)", [pool, course?.id]);
  const settle = (ttftMs: number, cost: bigint) =>
    fixture.settleAt(draftOf(person, cost, { ttftMs, totalMs: ttftMs }), new Date().toISOString());
  await settle(100, 0n);
  await settle(200, 1n);
  await fixture.query("update credit set origin_id = gen_random_uuid(), pool_id = $1 where account_id = $2", [
    pool,
    person.accountId,
  ]);
  const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
  const query = { accountId: person.accountId, from, to, zone: "Asia/Shanghai", bucket: "day", by: "course" } as const;
  const { series } = await usageLatency(db, query);
  expect(series.map(({ series: of, label, requests, ttftP50Ms }) => [of, label, requests, ttftP50Ms])).toEqual([
    ["00000000-0000-0000-0000-000000000000", "", 1, 100],
    [pool, code, 1, 200],
  ]);
});
