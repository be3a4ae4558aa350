import { tellInRounds } from "@lyceum/db/notice-rounds";
import type { DatabasePool } from "@lyceum/db/pool";
import { createPatientPool } from "@lyceum/db/testing-clients";
import { newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fundMembers } from "./course-funding.ts";
import { type CourseScene, createCourseScene } from "./testing/course-scene.ts";
import { draftOf } from "./testing/ledger-fixture.ts";
import type { Ledger } from "./types.ts";

const YUAN = 1_000_000_000n;
let scene: CourseScene;
let ledger: Ledger;
let pool: DatabasePool;
beforeAll(async () => {
  scene = await createCourseScene();
  ledger = await scene.ledger();
  pool = createPatientPool(scene.url, 4);
});
afterAll(async () => {
  await pool.end();
  expect(await scene.differences()).toEqual([]);
  await scene.drop();
});

type Person = Awaited<ReturnType<CourseScene["person"]>>;
/** So many requests that end, of so much each. */
async function spend(person: Person, requests: number, each: bigint): Promise<void> {
  for (let done = 0; done < requests; done += 500) {
    const batch = Array.from({ length: Math.min(500, requests - done) }, () => ledger.settle(draftOf(person, each)));
    await Promise.all(batch);
  }
}
/** As if the last look of all workers had been a while ago. */
async function look(): Promise<void> {
  await scene.query("update round_turn set at = at - interval '2 hours' where name like 'notices-%'");
  await Promise.all(
    [1, 2, 3].map(() => tellInRounds({ pool, url: scene.url }, "Asia/Shanghai", new AbortController().signal)),
  );
}
const told = (person: Person, kind: string) =>
  scene.query<{ detail: Record<string, unknown>; href: string }>(
    "select detail, href from notice where user_id = $1 and kind = $2 order by created_at, id",
    [person.userId, kind],
  );
const percents = async (person: Person, kind: string) => (await told(person, kind)).map(({ detail }) => detail.percent);

describe("what people are told of their money", () => {
  it("is one notice for each threshold, however many requests cross it, and again once new money has come", async () => {
    const person = await scene.person(10n * YUAN);
    await spend(person, 700, YUAN / 100n);
    await look();
    expect(await told(person, "balance-used")).toEqual([]);
    for (let round = 0; round < 3; round++) {
      await spend(person, 700, YUAN / 1000n);
      await look();
    }
    expect(await told(person, "balance-used")).toEqual([
      { detail: { percent: 80, left: "1.6", of: "10" }, href: "/balance" },
    ]);
    await spend(person, 900, YUAN / 1000n);
    await look();
    // From 91 % over both thresholds at once: the higher one alone.
    await spend(person, 100, YUAN / 100n);
    await look();
    expect(await percents(person, "balance-used")).toEqual([80, 100]);
    await scene.credit(person.accountId, 5n * YUAN);
    await look();
    await spend(person, 400, YUAN / 100n);
    await look();
    await spend(person, 80, YUAN / 100n);
    await look();
    expect(await percents(person, "balance-used")).toEqual([80, 100, 80, 95]);
    expect((await told(person, "balance-used")).at(-1)?.detail).toEqual({ percent: 95, left: "0.2", of: "5" });
  }, 120_000);

  it("comes too of a request that was admitted before the full hour and settled after it", async () => {
    const person = await scene.person(10n * YUAN);
    await spend(person, 1, 9n * YUAN);
    await scene.query("update usage_rollup set hour = hour - interval '1 hour' where account_id = $1", [
      person.accountId,
    ]);
    // As if the last look had been at the beginning of the hour in which it was settled.
    await scene.query(
      "select tell_balance_used((select max(hour) + interval '1 hour' from usage_rollup where account_id = $1))",
      [person.accountId],
    );
    expect(await percents(person, "balance-used")).toEqual([80]);
  });

  it("counts what can be spent now, not what was spent years ago or has ended", async () => {
    const person = await scene.person(100n * YUAN);
    await spend(person, 1, 99n * YUAN);
    await scene.credit(person.accountId, 20n * YUAN, new Date(Date.now() + 60_000));
    await look();
    expect(await told(person, "balance-used")).toEqual([]);
    // What ended meanwhile is neither given nor left.
    await scene.query(
      "update credit set ends_at = now() - interval '1 second' where account_id = $1 and ends_at is not null",
      [person.accountId],
    );
    await look();
    expect((await told(person, "balance-used")).map(({ detail }) => detail)).toEqual([
      { percent: 95, left: "1", of: "100" },
    ]);
    await scene.query(
      "update credit set ends_at = now() + interval '1 day' where account_id = $1 and ends_at is not null",
      [person.accountId],
    );
  });

  it("goes by each cap's period, and begins anew with the next", async () => {
    const person = await scene.person(100n * YUAN, { capNanos: 10n * YUAN, capPeriod: "month" });
    // Only what is admitted is counted by a meter.
    const use = async (nanos: bigint) => {
      const draft = draftOf(person, nanos);
      const answer = await ledger.admit({
        ...draft,
        ...{
          keyVersion: 1,
          inputNanos: nanos,
          outputNanos: 0n,
          minimumNanos: 0n,
          tokenEstimate: 1,
          inputTokens: 1,
          inputCostNanos: nanos,
        },
      });
      expect(answer).toMatchObject({ admitted: true });
      await ledger.settle(draft);
    };
    await use(8n * YUAN);
    await look();
    await use(YUAN / 10n);
    await look();
    expect(await told(person, "cap-used")).toEqual([
      { detail: { percent: 80, left: "2", of: "10", name: "k" }, href: "/keys" },
    ]);
    const next = "period_start = period_start + interval '1 month', period_end = period_end + interval '1 month'";
    await scene.query(`update meter set ${next}, spent_nanos = 0 where id = $1`, [person.keyId]);
    await look();
    expect(await percents(person, "cap-used")).toEqual([80]);
    await scene.query("update meter set spent_nanos = $2 where id = $1", [person.keyId, 85n * (YUAN / 10n)]);
    await look();
    await scene.query("update meter set spent_nanos = $2 where id = $1", [person.keyId, 96n * (YUAN / 10n)]);
    for (let time = 0; time < 2; time++) await look();
    expect(await percents(person, "cap-used")).toEqual([80, 80, 95]);
  });

  it("says who funded them with how much and until when, to each member that can spend it", async () => {
    const course = await scene.course(100n * YUAN);
    // The last day of the campus: UTC has already, or still, another date.
    await scene.query("update course set ends_at = $2 where id = $1", [course.courseId, "2099-01-17T16:00:00Z"]);
    const [proven, unproven] = [await scene.student(true), await scene.student(false)];
    await scene.enrol(course.courseId, [proven.studentId, unproven.studentId]);
    const memberIds = [...(await scene.members(course.courseId)).values()].map(({ id }) => id);
    const fund = (amountNanos: bigint) =>
      scene.act((tx) =>
        fundMembers(tx, scene.admin, {
          courseId: course.courseId,
          memberIds,
          mode: "top-up-to",
          amountNanos,
          reason: "r",
        }),
      );
    await fund(20n * YUAN);
    await fund(20n * YUAN);
    await fund(25n * YUAN);
    const rows = await told(proven, "course-funded");
    expect(rows.map(({ detail }) => detail.amount)).toEqual(["20", "5"]);
    expect(rows[0]?.detail.until).toBe("2099-01-17");
    await scene.query("update course set ends_at = $2 where id = $1", [course.courseId, "2099-01-18T15:59:00Z"]);
    await fund(26n * YUAN);
    await scene.query("update course set ends_at = $2 where id = $1", [course.courseId, "2099-01-18T17:00:00Z"]);
    await fund(27n * YUAN);
    expect((await told(proven, "course-funded")).slice(2).map(({ detail }) => detail.until)).toEqual([
      "2099-01-18",
      "2099-01-19",
    ]);
    expect(await told(unproven, "course-funded")).toEqual([]);
  });
});

describe("what people are told of keys and models", () => {
  it("is a week and a day before a key ends, once each, and not of one that is disabled", async () => {
    const person = await scene.person(0n);
    const endIn = (interval: string) =>
      scene.query("update virtual_key set expires_at = now() + $2::interval where id = $1", [person.keyId, interval]);
    await endIn("8 days");
    await look();
    await endIn("6 days");
    await look();
    await look();
    expect(await told(person, "key-ends")).toEqual([{ detail: { name: "k", days: 7 }, href: "/keys" }]);
    await scene.query("update virtual_key set status = 'disabled' where id = $1", [person.keyId]);
    await endIn("1 hour");
    await look();
    await scene.query("update virtual_key set status = 'active' where id = $1", [person.keyId]);
    await look();
    expect((await told(person, "key-ends")).map(({ detail }) => detail.days)).toEqual([7, 1]);
  });

  it("is two weeks and a day before a model goes, to those who used it within thirty days", async () => {
    const [user, other] = [await scene.person(YUAN), await scene.person(YUAN)];
    await ledger.settle({ ...draftOf(user, 1n), model: "old" });
    await scene.query(
      "insert into model (id, name, capabilities, retires_at) values ($1, 'old', '{}', now() + interval '15 days')",
      [newId()],
    );
    await look();
    expect(await told(user, "model-retires")).toEqual([]);
    await scene.query(
      "update model set retires_at = '2027-01-05T16:30:00Z'::timestamptz + (now() - '2026-12-25T00:00:00Z'::timestamptz) where name = 'old'",
    );
    for (let time = 0; time < 2; time++) await look();
    expect(await told(user, "model-retires")).toMatchObject([{ detail: { model: "old" }, href: "/models?model=old" }]);
    await scene.query("update model set retires_at = now() + interval '20 hours' where name = 'old'");
    for (let time = 0; time < 2; time++) await look();
    expect(await told(user, "model-retires")).toHaveLength(2);
    expect(await told(other, "model-retires")).toEqual([]);
    await scene.query(
      "update model set name = 'old+more', retires_at = now() + interval '21 hours' where name = 'old'",
    );
    await ledger.settle({ ...draftOf(user, 1n), model: "old+more" });
    await look();
    expect((await told(user, "model-retires")).at(-1)?.href).toBe("/models?model=old%2Bmore");
  });

  it("is of a model that is lost to every administrator, and to nobody else", async () => {
    const [admin, student] = [await scene.person(0n), await scene.person(0n)];
    await scene.query("update app_user set role = 'admin' where id = $1", [admin.userId]);
    await scene.query(
      `insert into health_event (id, kind, model_id, model_name, cause, error, affected_users)
        values ($1, 'model-lost', $2, 'qwen', 'denied', '403 no', 31)`,
      [newId(), newId()],
    );
    for (let time = 0; time < 2; time++) await look();
    expect(await told(admin, "model-lost")).toEqual([
      { detail: { model: "qwen", cause: "denied", error: "403 no", people: 31 }, href: "/admin/health" },
    ]);
    expect(await told(student, "model-lost")).toEqual([]);
  });
});

describe("announcements that shall be told", () => {
  it("become a notice of each of those they are for when they begin, once", async () => {
    const person = await scene.person(0n);
    const announce = (from: string) =>
      scene.query(
        `insert into announcement (id, level, audience, zh, en, starts_at, tells, created_by_name) values ($1, 'info', 'all', '一', 'one', now() + $2::interval, true, 'x')`,
        [newId(), from],
      );
    await announce("-1 minute");
    await announce("1 hour");
    for (let time = 0; time < 2; time++) await look();
    expect(await told(person, "announcement")).toEqual([{ detail: { zh: "一", en: "one", by: "x" }, href: "/" }]);
  });
});
