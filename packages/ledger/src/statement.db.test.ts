import { createCourse, createModel, type Db, setPrice, usageSeries } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { costOf, formatAmount, formatRequestId, noUsage, parseAmount } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { courseStatement } from "./course-statement.ts";
import { grantFromCourse } from "./courses.ts";
import { fund } from "./post.ts";
import { accountStatement } from "./statement.ts";
import { csvRows } from "./testing/csv-rows.ts";
import { admissionOf, createLedgerFixture, draftOf, type LedgerFixture } from "./testing/ledger-fixture.ts";
import { chargeInThePast } from "./testing/past.ts";

let fixture: LedgerFixture;
let db: Db;
const staff = { id: null, name: "staff" };
beforeAll(async () => {
  fixture = await createLedgerFixture();
  db = createPatientPrisma(fixture.url, 4);
  await fixture.query("select make_usage_months('2025-03-01T00:00:00Z', 3)");
});
afterAll(async () => {
  await db.$disconnect();
  await fixture.drop();
});

const zone = "Asia/Shanghai";
const thisMonth = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);

async function statement(accountId: string, month: string) {
  const rows = await csvRows(await accountStatement(db, { accountId, month, zone, currency: "CNY", holder: "张三" }));
  const of = (row: string) => rows.filter((each) => each.row === row);
  const sum = (kind: string) => of("sum").find((each) => each.kind === kind)?.amount;
  return { rows, of, sum };
}

/** Amounts of a statement are signed decimals. */
const nanosOf = (text: string) => (text.startsWith("-") ? -parseAmount(text.slice(1)) : parseAmount(text));
const total = (rows: Record<string, string>[]) => rows.reduce((sum, row) => sum + nanosOf(row.amount ?? ""), 0n);

describe("the statement of a month", () => {
  it("adds up: opening, entries, closing; requests by tokens and price; late corrections", async () => {
    const person = await fixture.person(1_000_000n);
    const ledger = await fixture.ledger();
    const { id: modelId } = await db.$transaction((tx) => createModel(tx, staff, { name: "m", groups: [] }));
    const price = await db.$transaction((tx) => setPrice(tx, staff, { modelId, input: "2", output: "8" }));
    const usage = { ...noUsage, input: 100, cachedInput: 40, output: 10 };
    const priced = { usage, priceId: price.id, multiplierPpm: 800_000 };
    const cost = costOf(price, usage, 800_000);
    const plain = draftOf(person, cost, priced);
    await ledger.settle(plain);
    // Swept as killed, and heard of after all.
    const late = draftOf(person, 700n, { model: "=SUM(A1)" });
    await ledger.admit(admissionOf(person, 300n, { requestId: late.requestId }));
    await ledger.settle({ ...late, costNanos: 300n, outcome: "killed" });
    await ledger.settle(late);

    const { rows, of, sum } = await statement(person.accountId, thisMonth());
    expect(rows[0]).toMatchObject({ row: "statement", kind: thisMonth(), reason: "张三", note: "Asia/Shanghai, CNY" });
    const closing = 1_000_000n - cost - 700n;
    expect(of("opening")).toMatchObject([{ balance_after: "0" }]);
    expect(of("closing")).toMatchObject([{ balance_after: formatAmount(closing) }]);
    expect(of("entry").map((row) => [row.kind, row.requests])).toEqual([
      ["top-up", ""],
      ["charge", "1"],
      ["charge", "1"],
      ["adjustment", "1"],
    ]);
    expect(of("entry").at(-1)?.note).toContain("arrived late");
    expect(of("entry").at(-1)?.balance_after).toBe(formatAmount(closing));
    expect(total(of("entry"))).toBe(closing);
    expect(sum("entries")).toBe(formatAmount(closing));
    expect(of("request")).toHaveLength(2);
    expect(of("request").find((row) => row.request_id === formatRequestId(plain.requestId))).toMatchObject({
      amount: formatAmount(-cost),
      charge: formatAmount(cost),
      model: "m",
      input_tokens: "100",
      cached_input_tokens: "40",
      output_tokens: "10",
      price_version: "1",
      multiplier: "0.8",
      note: "",
    });
    expect(of("request").map((row) => row.model)).toContain("'=SUM(A1)");
    expect(total(of("request"))).toBe(-cost - 700n);
    expect([sum("charges"), sum("requests")]).toEqual([formatAmount(-cost - 700n), formatAmount(-cost - 700n)]);
    expect([sum("usage"), sum("other-months"), sum("posted-meanwhile")]).toEqual([undefined, undefined, undefined]);
  });

  it("begins and ends at midnight of the campus, and says what of a request stands in another month", async () => {
    const person = await fixture.person(1_000n);
    const [before, over] = await chargeInThePast(fixture, person, new Date("2025-04-30T16:00:05Z"), [
      { at: new Date("2025-04-30T15:59:58Z"), chargeNanos: 5n }, // 23:59:58 of April there
      { at: new Date("2025-04-30T16:00:01Z"), chargeNanos: 7n },
    ]);
    const may = await statement(person.accountId, "2025-05");
    expect(may.of("entry")).toMatchObject([{ time: "2025-05-01 00:00:05", amount: "-0.000000012" }]);
    expect(may.of("request").map((row) => [row.request_id, row.amount])).toEqual([
      [formatRequestId(before ?? ""), "-0.000000005"],
      [formatRequestId(over ?? ""), "-0.000000007"],
    ]);
    expect([may.sum("charges"), may.sum("requests")]).toEqual(["-0.000000012", "-0.000000012"]);
    const april = await statement(person.accountId, "2025-04");
    expect(april.of("entry")).toEqual([]);
    expect(april.of("request")).toMatchObject([{ amount: "0", charge: "0.000000005" }]);
    expect(april.of("request")[0]?.note).toContain("another month");
    expect(april.of("closing")).toEqual(april.of("opening").map((row) => ({ ...row, row: "closing" })));
    expect(await fixture.differences()).toEqual([]);
  });

  it("reads more entries and requests than it holds in memory, each once", async () => {
    const person = await fixture.person(1_000_000n);
    const at = new Date("2025-03-10T00:00:00Z");
    const requests = Array.from({ length: 1_100 }, () => ({ at, chargeNanos: 1n }));
    await chargeInThePast(fixture, person, at, requests);
    await fixture.query(
      `insert into ledger_entry (id, account_id, credit_id, kind, amount_nanos, balance_after_nanos, created_at)
        select gen_random_uuid(), $1, (select id from credit where account_id = $1), 'adjustment', case when n % 2 = 0 then 1 else -1 end, 0, $2
        from generate_series(1, 2200) n`,
      [person.accountId, at],
    );
    const { of, sum } = await statement(person.accountId, "2025-03");
    expect(of("request")).toHaveLength(1_100);
    expect(new Set(of("request").map((row) => row.request_id)).size).toBe(1_100);
    expect(of("entry")).toHaveLength(2_201);
    expect([sum("entries"), sum("requests")]).toEqual(["-0.0000011", "-0.0000011"]);
  });
});

describe("the statement of a course", () => {
  it("says who got what from its pool, what was spent by person and model, and what came back", async () => {
    const person = await fixture.person(0n);
    const endsAt = new Date(Date.now() + 86_400_000);
    const course = await db.$transaction((tx) => createCourse(tx, staff, { code: "PHYS101", name: "热学", endsAt }));
    const pool = course.accountId;
    await db.$transaction((tx) => fund(tx, staff, { accountId: pool, amountNanos: 1_000n, reason: "term" }));
    await db.$transaction((tx) =>
      grantFromCourse(tx, staff, {
        courseId: course.id,
        accountIds: [person.accountId],
        amountNanos: 100n,
        reason: "week 1",
      }),
    );
    const ledger = await fixture.ledger();
    await ledger.settle(draftOf(person, 60n, { model: "qwen" }));
    const query = { month: thisMonth(), zone, currency: "CNY" };
    const rows = await csvRows(await courseStatement(db, staff, { ...query, courseId: course.id }));
    const of = (row: string) => rows.filter((each) => each.row === row);
    expect(of("entry")).toMatchObject([
      { kind: "top-up", amount: "0.000001", balance_after: "0.000001", other_party: "" },
      {
        kind: "grant",
        amount: "-0.0000001",
        balance_after: "0.0000009",
        other_party: `${person.userId} n`,
        reason: "week 1",
      },
    ]);
    expect(of("closing")).toMatchObject([{ balance_after: "0.0000009" }]);
    expect(of("person").map((row) => [row.kind, row.student_id, row.amount, row.requests])).toEqual([
      ["grant", person.userId, "0.0000001", ""],
      ["charge", person.userId, "-0.00000006", "1"],
    ]);
    expect(of("usage")).toMatchObject([
      { student_id: person.userId, model: "qwen", requests: "1", amount: "-0.00000006", input_tokens: "10" },
    ]);
    const own = await csvRows(await accountStatement(db, { ...query, accountId: person.accountId, holder: "n" }));
    expect(own.find((row) => row.kind === "grant")).toMatchObject({
      other_party: "PHYS101",
      credit: expect.stringMatching(/^course-grant/),
    });
    const span = { from: new Date(Date.now() - 86_400_000), to: new Date(Date.now() + 86_400_000) };
    for (const accountId of [person.accountId, null]) {
      const points = await usageSeries(db, { ...span, accountId, bucket: "day", by: "course", zone });
      expect(points.find((point) => point.series === pool)).toMatchObject({
        label: "PHYS101",
        chargeNanos: 60n,
        requests: 1,
      });
    }
  });
});
