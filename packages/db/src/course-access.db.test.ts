import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture } from "./acts-fixture.ts";
import {
  addCourseStaff,
  applyRoster,
  archiveCourse,
  copyCourse,
  createCourse,
  createKey,
  createModel,
  deleteGroup,
  listKeys,
  listSquare,
  listUserGroups,
  type Tx,
  updateCourse,
  updateKey,
} from "./index.ts";
import { readMeters } from "./meters.ts";

let fixture: ActsFixture;
const staff = { id: null, name: "staff" };
const inAYear = new Date(Date.now() + 365 * 86_400_000);
const noLimits = { rpmLimit: null, tpmLimit: null, parallelLimit: null, capNanos: null, capPeriod: "total" } as const;
beforeAll(async () => {
  fixture = await createActsFixture();
  for (const name of ["qwen-lab", "qwen-other"])
    await act((tx) => createModel(tx, staff, { name, capabilities: [], groups: ["vip"] }));
});
afterAll(() => fixture.drop());

const act = <T>(run: (tx: Tx) => Promise<T>) => fixture.db.$transaction(run);
const open = (code: string, more: object = {}) =>
  act((tx) => createCourse(tx, staff, { code, name: "热力学", endsAt: inAYear, groupIds: ["vip"], ...more }));
const enrol = (courseId: string, studentIds: readonly string[]) =>
  act((tx) =>
    applyRoster(tx, staff, {
      ...{ courseId, fileName: "f", digest: "d" },
      rows: studentIds.map((studentId) => ({ studentId, name: "x" })),
    }),
  );
const keyIn = (userId: string, groupId: string) =>
  act((tx) => createKey(tx, staff, { userId, name: "k", groupId, models: [], expiresAt: null, ...noLimits }));
const endNow = (id: string) =>
  fixture.db
    .$executeRaw`update course set ends_at = clock_timestamp() - interval '1 millisecond' where id = ${id}::uuid`;
const groupsOf = async (userId: string) => (await listUserGroups(fixture.db, userId)).map((group) => group.id);
const mayUse = async (userId: string) =>
  (await listSquare(fixture.db, { userId }))
    .filter((model) => model.group.isMine)
    .map((model) => model.name)
    .sort();

describe("the groups of a course", () => {
  it("take keys of its members, show their models and limits, and no longer when it has ended", async () => {
    const { id } = await open("ACC-1");
    const person = await fixture.person();
    expect(await codeOf(keyIn(person.userId, "vip"))).toBe("group_not_allowed");
    await enrol(id, [person.studentId]);
    const { id: keyId } = await keyIn(person.userId, "vip");
    expect(await listUserGroups(fixture.db, person.userId)).toMatchObject([
      { id: "default", models: null, endsAt: null },
      { id: "vip", models: null, endsAt: inAYear },
    ]);
    expect(await mayUse(person.userId)).toEqual(["qwen-lab", "qwen-other"]);
    await fixture.db.group.update({ where: { id: "vip" }, data: { rpmLimit: 3 } });
    expect(await readMeters(fixture.db, person.accountId)).toMatchObject([{ scope: "member", holderId: "vip" }]);
    const shown = async () => (await listKeys(fixture.db, person.userId)).map((key) => key.isGroupClosed);
    expect(await shown()).toEqual([false]);
    await endNow(id);
    expect([await shown(), await mayUse(person.userId), await groupsOf(person.userId)]).toEqual([
      [true],
      [],
      ["default"],
    ]);
    expect(await readMeters(fixture.db, person.accountId)).toEqual([]);
    const move = (groupId: string) =>
      codeOf(act((tx) => updateKey(tx, staff, { userId: person.userId, keyId, groupId })));
    expect([await move("vip"), await move("default")]).toEqual(["group_not_allowed", null]);
  });

  it("show only the models that it names, of all courses that open the group together", async () => {
    const person = await fixture.person();
    const [one, two] = [await open("ACC-2", { models: ["qwen-lab"] }), await open("ACC-3", { models: ["nothing"] })];
    for (const { id } of [one, two]) await enrol(id, [person.studentId]);
    expect(await mayUse(person.userId)).toEqual(["qwen-lab"]);
    expect((await listUserGroups(fixture.db, person.userId))[1]?.models).toEqual(["nothing", "qwen-lab"]);
    await act((tx) => updateCourse(tx, staff, { courseId: two.id, models: [] }));
    expect(await mayUse(person.userId)).toEqual(["qwen-lab", "qwen-other"]);
  });

  it("go along to the next term, where they open when it begins, and stay closed in what is archived", async () => {
    const { id } = await open("ACC-4");
    const person = await fixture.person();
    await enrol(id, [person.studentId]);
    const next = await act((tx) =>
      copyCourse(tx, staff, {
        ...{ courseId: id, code: "ACC-5", endsAt: inAYear, withStudents: true },
        startsAt: new Date(Date.now() + 86_400_000),
      }),
    );
    await endNow(id);
    await act((tx) => archiveCourse(tx, staff, { courseId: id }));
    expect(await groupsOf(person.userId)).toEqual(["default"]);
    await fixture.db.$executeRaw`update course set starts_at = clock_timestamp() where id = ${next.id}::uuid`;
    expect(await groupsOf(person.userId)).toEqual(["default", "vip"]);
  });

  it("are decided by an admin: who leads the course takes none in or out, and chooses models", async () => {
    const { id } = await open("ACC-6", { groupIds: [] });
    const leader = await fixture.person();
    await act((tx) => addCourseStaff(tx, staff, { courseId: id, studentId: leader.studentId, role: "instructor" }));
    const set = (groupIds: string[], actor = leader.actor) =>
      codeOf(act((tx) => updateCourse(tx, actor, { courseId: id, groupIds, models: ["qwen-lab"] })));
    expect([await set(["vip"]), await set([])]).toEqual(["not_found", null]);
    expect([await set(["vip"], staff), await set(["vip"]), await set([])]).toEqual([null, null, "not_found"]);
    expect(await codeOf(act((tx) => deleteGroup(tx, staff, { id: "vip" })))).toBe("group_in_use");
  });

  it("raise the version of the keys that they open and of no others, and only for what changes access", async () => {
    const { id } = await open("ACC-7");
    const [person, other] = [await fixture.person(), await fixture.person()];
    await enrol(id, [person.studentId]);
    const { id: keyId } = await keyIn(person.userId, "vip");
    const { id: otherKey } = await keyIn(other.userId, "default");
    const version = async () => {
      const rows = await fixture.db.virtualKey.findMany({
        where: { id: { in: [keyId, otherKey] } },
        select: { version: true },
        orderBy: { createdAt: "asc" },
      });
      return rows.map((row) => row.version);
    };
    expect(await version()).toEqual([1, 1]);
    await enrol(id, [person.studentId, other.studentId]);
    await act((tx) => updateCourse(tx, staff, { courseId: id, defaultAmountNanos: 5n }));
    expect(await version()).toEqual([1, 1]);
    await act((tx) => updateCourse(tx, staff, { courseId: id, models: ["qwen-lab"] }));
    await enrol(id, [other.studentId]);
    expect(await version()).toEqual([3, 1]);
  });
});
