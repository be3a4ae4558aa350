import {
  applyRoster,
  createCourse,
  createKey,
  type Db,
  endMemberships,
  listCourseMembers,
  moveCourseEnd,
  type Tx,
  undoRoster,
  updateCourse,
} from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { createSessionCredential, deriveSecret, newId } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SECRET } from "./testing/scene.ts";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
const DAY_MS = 86_400_000;
const admin = { id: null, name: "admin" };
let gateway: WorkerFixture;
let other: Awaited<ReturnType<WorkerFixture["startWorker"]>>;
let db: Db;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  await gateway.group("lab");
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  await gateway.model("demo-fast", [channel], { groups: ["lab"] });
  await gateway.model("demo-text", [channel], { groups: ["lab"] });
  await gateway.model("demo-open", [channel], { upstreamModel: "demo-fast" });
  db = createPatientPrisma(gateway.databaseUrl, 4);
  other = await gateway.startWorker();
  await gateway.inForce();
});
afterAll(async () => {
  await db.$disconnect();
  await other.drain(0);
  await gateway.close();
});

const act = <T>(run: (tx: Tx) => Promise<T>) => db.$transaction(run);
const roster = (courseId: string, studentIds: readonly string[]) =>
  act((tx) =>
    applyRoster(tx, admin, {
      rows: studentIds.map((studentId) => ({ studentId, name: "n" })),
      ...{ courseId, fileName: "f", digest: newId() },
    }),
  );

/** Somebody with money and a key in `lab`, whose ID is proven or not. */
async function student(isProven: boolean) {
  const person = await gateway.person(YUAN, { group: "lab" });
  const studentId = person.userId.slice(-12).toUpperCase();
  await gateway.query("update app_user set student_id = $2, verified_at = case when $3 then now() end where id = $1", [
    ...[person.userId, studentId, isProven],
  ]);
  return { ...person, studentId };
}

/** A course that opens the group `lab`, and a member of it who has proven the ID, with money and a key there. */
async function scene(more: { models?: string[]; startsAt?: Date; endsAt?: Date; isMember?: boolean } = {}) {
  const { isMember = true, ...settings } = more;
  const endsAt = new Date(Date.now() + 30 * DAY_MS);
  const made = { code: newId().slice(-12), name: "热力学 2026秋", endsAt, groupIds: ["lab"], ...settings };
  const course = await act((tx) => createCourse(tx, admin, made));
  const person = await student(true);
  if (isMember) await roster(course.id, [person.studentId]);
  const end = (moment: string) => gateway.query(`update course set ends_at = ${moment} where id = $1`, [course.id]);
  return { ...person, courseId: course.id, end };
}

/** What both workers answer: status, and the code of a refusal; with the sentence for whoever wants it. */
async function ask(secret: string, model = "demo-fast") {
  const body = JSON.stringify({ model, messages: hello });
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const answers = await Promise.all(
    [gateway.url, `http://127.0.0.1:${other.port}`].map(async (url) => {
      const answer = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
      const { error } = (await answer.json()) as { error?: { code: string; message: string } };
      return { status: answer.status, code: error?.code, message: error?.message };
    }),
  );
  const [one, two] = answers;
  expect([one?.status, one?.code]).toEqual([two?.status, two?.code]);
  return one as { status: number; code?: string; message?: string };
}

async function listed(secret: string): Promise<string[]> {
  const answer = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
  return ((await answer.json()) as { data: { id: string }[] }).data.map((model) => model.id).sort();
}

const refused = { status: 403, code: "course_not_open" };

/** Soon, but not before two workers have answered, on a busy machine. */
const SOON_MS = 6_000;
/** Until a course is over by the database's clock and, by a good margin, by the workers'. */
const untilOver = (courseId: string) =>
  until(async () => {
    const text = "select from course where id = $1 and ends_at < clock_timestamp() - interval '100 ms'";
    return (await gateway.query(text, [courseId])).length === 1;
  });

describe("a group that a course opens", () => {
  it("is open to its members from the import on, and closed to them with the next request after its undoing", async () => {
    const person = await scene({ isMember: false });
    expect(await ask(person.secret)).toMatchObject({ status: 403, code: "group_not_allowed" });
    const { importId } = await roster(person.courseId, [person.studentId]);
    expect(await ask(person.secret)).toMatchObject({ status: 200 });
    expect(await listed(person.secret)).toEqual(["demo-fast", "demo-text"]);
    await act((tx) => undoRoster(tx, admin, { courseId: person.courseId, importId: importId ?? "" }));
    const answer = await ask(person.secret);
    expect(answer).toMatchObject(refused);
    expect(answer.message).toContain("你已不在课程“热力学 2026秋”的名单上。");
    expect(answer.message).toContain("no longer a member of the course");
    expect(answer.message).toMatch(/请在密钥页给这把密钥换一个组。对所有人开放的组：default。/);
  });

  it("is closed on every worker with the next request when staff end the membership, or a roster leaves the person out", async () => {
    const [one, two] = [await scene(), await scene()];
    for (const { secret } of [one, two]) expect(await ask(secret)).toMatchObject({ status: 200 });
    const [member] = (await listCourseMembers(db, admin, one.courseId)).rows;
    await act((tx) => endMemberships(tx, admin, { courseId: one.courseId, memberIds: [member?.id ?? ""] }));
    await roster(two.courseId, ["20260001"]);
    for (const { secret } of [one, two]) expect(await ask(secret)).toMatchObject(refused);
    await roster(two.courseId, ["20260001", two.studentId]);
    expect(await ask(two.secret)).toMatchObject({ status: 200 });
  });

  it("closes by the clock when the course ends, without anybody doing anything, and says when that was", async () => {
    const person = await scene();
    await person.end(`clock_timestamp() + interval '${SOON_MS} ms'`);
    expect(await ask(person.secret)).toMatchObject({ status: 200 });
    await untilOver(person.courseId);
    const answer = await ask(person.secret);
    expect(answer).toMatchObject(refused);
    expect(answer.message).toMatch(/课程“热力学 2026秋”已于 20\d\d-\d\d-\d\d \d\d:\d\d 结束。/);
    expect(await listed(person.secret).catch(() => "refused")).toBe("refused");
  });

  it("stays open where the end was moved before it came, whatever a worker remembers", async () => {
    const person = await scene();
    await person.end(`clock_timestamp() + interval '${SOON_MS} ms'`);
    const [{ soon } = { soon: 0 }] = await gateway.query<{ soon: number }>(
      "select extract(epoch from ends_at)::float8 * 1000 as soon from course where id = $1",
      [person.courseId],
    );
    expect(await ask(person.secret)).toMatchObject({ status: 200 });
    const later = new Date(Date.now() + 10 * DAY_MS);
    await act((tx) => moveCourseEnd(tx, admin, { courseId: person.courseId, endsAt: later }));
    await until(() => Date.now() > soon + 100);
    expect(await ask(person.secret)).toMatchObject({ status: 200 });
  });

  it("is closed before the course begins, and to whoever has not proven the ID", async () => {
    const early = await scene({ startsAt: new Date(Date.now() + DAY_MS) });
    const answer = await ask(early.secret);
    expect(answer).toMatchObject(refused);
    expect(answer.message).toContain("才开始");
    const person = await student(false);
    const course = await scene();
    await roster(course.courseId, [person.studentId]);
    expect(await ask(person.secret)).toMatchObject({ status: 403, code: "group_not_allowed" });
    await gateway.query("select prove_student_id($1, null)", [person.userId]);
    expect(await ask(person.secret)).toMatchObject({ status: 200 });
  });

  it("has only the models that the course names, as long as it names any, and more for whoever is in the group anyway", async () => {
    const person = await scene({ models: ["demo-text"] });
    expect(await ask(person.secret, "demo-text")).toMatchObject({ status: 200 });
    const answer = await ask(person.secret);
    expect(answer).toMatchObject({ status: 403, code: "model_not_allowed" });
    expect(answer.message).toContain("课程“热力学 2026秋”没有开放它");
    expect(await listed(person.secret)).toEqual(["demo-text"]);
    await act((tx) => updateCourse(tx, admin, { courseId: person.courseId, models: [] }));
    expect(await ask(person.secret)).toMatchObject({ status: 200 });
    await act((tx) => updateCourse(tx, admin, { courseId: person.courseId, models: ["demo-fast"] }));
    expect(await ask(person.secret, "demo-text")).toMatchObject({ code: "model_not_allowed" });
    await gateway.query("insert into group_member (user_id, group_id) values ($1, 'lab')", [person.userId]);
    expect(await ask(person.secret, "demo-text")).toMatchObject({ status: 200 });
  });

  it("is closed when the course gives the group up, and its limits hold for each member", async () => {
    const person = await scene();
    expect(await ask(person.secret)).toMatchObject({ status: 200 });
    await gateway.query("update access_group set rpm_limit = 2 where id = 'lab'");
    expect(await ask(person.secret)).toMatchObject({ status: 200 });
    expect(await ask(person.secret)).toMatchObject({ status: 429, code: "rpm_exceeded" });
    await gateway.query("update access_group set rpm_limit = null where id = 'lab'");
    await act((tx) => updateCourse(tx, admin, { courseId: person.courseId, groupIds: [] }));
    expect(await ask(person.secret)).toMatchObject({ status: 403, code: "group_not_allowed" });
  });

  it("is open to its members' playground too, and no longer than to their keys", async () => {
    const person = await scene();
    const secret = createSessionCredential(deriveSecret(SECRET, "gateway-session"), {
      ...{ userId: person.userId, sessionVersion: 1, groupId: "lab" },
      ...{ purpose: "playground", expiresAt: Date.now() + 60_000 },
    });
    expect(await ask(secret)).toMatchObject({ status: 200 });
    await roster(person.courseId, ["20260001"]);
    expect(await ask(secret)).toMatchObject(refused);
  });
});

it("a key made while an import takes its person off the roster is refused, whichever comes first", async () => {
  const person = await scene();
  await act(async (tx) => {
    await applyRoster(tx, admin, {
      ...{ courseId: person.courseId, fileName: "f", digest: newId() },
      rows: [{ studentId: "20260001", name: "n" }],
    });
    const input = {
      ...{ userId: person.userId, name: "late", groupId: "lab", models: [], expiresAt: null },
      ...{ rpmLimit: null, tpmLimit: null, parallelLimit: null, capNanos: null, capPeriod: "total" as const },
    };
    const late = act((tx2) => createKey(tx2, admin, input)).catch((error: { code?: string }) => error.code);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { late };
  }).then(async ({ late }) => expect(await late).toBe("group_not_allowed"));
  expect(await ask(person.secret)).toMatchObject(refused);
  expect(await gateway.query("select from key_refresh")).toEqual([]);
  expect(await gateway.differences()).toEqual([]);
});
