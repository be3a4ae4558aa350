import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture } from "./acts-fixture.ts";
import {
  type Actor,
  addCourseStaff,
  commandLine,
  createAnnouncement,
  createCourse,
  dismissAnnouncement,
  endAnnouncement,
  listAnnouncements,
  listAnnouncementsFor,
  listCourseAnnouncements,
  type NewAnnouncement,
  updateAnnouncement,
} from "./index.ts";

type Person = Awaited<ReturnType<ActsFixture["person"]>>;
let fixture: ActsFixture;
let admin: Person;
let ta: Person;
let student: Person;
let courseId: string;
const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
const words = { level: "info", zh: "今晚维护", en: "Maintenance tonight", startsAt: null, endsAt: null } as const;
const all = { kind: "all", id: null } as const;

beforeAll(async () => {
  fixture = await createActsFixture();
  [admin, ta, student] = [await fixture.person("admin"), await fixture.person(), await fixture.person()];
  await fixture.db.$transaction(async (tx) => {
    ({ id: courseId } = await createCourse(tx, commandLine, { code: "PHYS", name: "Physics", endsAt: hours(1000) }));
    await addCourseStaff(tx, commandLine, { courseId, studentId: ta.studentId, role: "ta" });
  });
});
afterAll(() => fixture.drop());

const announce = (actor: Actor, input: Partial<NewAnnouncement> = {}) =>
  fixture.db.$transaction((tx) => createAnnouncement(tx, actor, { ...words, audience: all, tells: false, ...input }));
const seenBy = async (person: Person) => (await listAnnouncementsFor(fixture.db, person.userId)).map(({ id }) => id);

describe("announcements", () => {
  it("reach everybody from their beginning to their end, once each, until somebody puts them away", async () => {
    const { id } = await announce(admin.actor, { level: "critical", endsAt: hours(2) });
    const planned = await announce(admin.actor, { startsAt: hours(1) });
    expect(await seenBy(student)).toContain(id);
    expect(await seenBy(student)).not.toContain(planned.id);
    for (let time = 0; time < 2; time++)
      await fixture.db.$transaction((tx) => dismissAnnouncement(tx, { userId: student.userId, id }));
    expect(await seenBy(student)).not.toContain(id);
    expect(await seenBy(ta)).toContain(id);
    // Other words alone show it to nobody again.
    const change = { ...words, level: "warning", zh: "改到明晚", en: "", id } as const;
    await fixture.db.$transaction((tx) => updateAnnouncement(tx, admin.actor, { ...change, again: false }));
    expect(await seenBy(student)).not.toContain(id);
    await fixture.db.$transaction((tx) => updateAnnouncement(tx, admin.actor, { ...change, again: true }));
    const [shown] = (await listAnnouncementsFor(fixture.db, student.userId)).filter((each) => each.id === id);
    expect(shown).toMatchObject({ level: "warning", zh: "改到明晚", en: "改到明晚" });
    await fixture.db.$transaction((tx) => endAnnouncement(tx, admin.actor, { id }));
    await fixture.db.$transaction((tx) => endAnnouncement(tx, admin.actor, { id: planned.id }));
    expect(await seenBy(ta)).toEqual([]);
    expect((await listAnnouncements(fixture.db, admin.actor)).map(({ state }) => state)).toEqual(["over", "over"]);
    const made = ["announcement.create", "announcement.update", "announcement.update", "announcement.end"];
    expect(await fixture.trail(id)).toEqual(made);
  });

  it("reach a group's members, everybody in an open one, and who used a model, and nobody else", async () => {
    await fixture.db.group.create({ data: { id: "lab", name: "lab" } });
    await fixture.db.groupMember.create({ data: { groupId: "lab", userId: ta.userId } });
    const { id: group } = await announce(admin.actor, { audience: { kind: "group", id: "lab" } });
    expect([await seenBy(ta), await seenBy(student)]).toEqual([[group], []]);
    // A course that runs opens it to its members.
    await fixture.db.course.update({ where: { id: courseId }, data: { groupIds: ["lab"] } });
    await fixture.db.courseMember.create({
      data: {
        ...{ id: crypto.randomUUID(), courseId, userId: student.userId, studentId: student.studentId },
        name: "s",
      },
    });
    expect(await seenBy(student)).toEqual([group]);
    await fixture.db.courseMember.deleteMany({ where: { courseId, userId: student.userId } });
    expect(await seenBy(student)).toEqual([]);
    await fixture.db.group.update({ where: { id: "lab" }, data: { isOpen: true } });
    expect(await seenBy(student)).toEqual([group]);
    const model = await fixture.db.model.create({ data: { id: crypto.randomUUID(), name: "qwen" } });
    const { id } = await announce(admin.actor, { level: "warning", audience: { kind: "model", id: model.id } });
    expect(await seenBy(student)).not.toContain(id);
    await fixture.db
      .$executeRaw`insert into usage_rollup (account_id, hour, key_id, model, requests, failures, input_tokens, cached_input_tokens,
        output_tokens, reasoning_tokens, charge_nanos, uncollected_nanos, group_id, pool_id)
      values (${student.accountId}::uuid, date_trunc('hour', now()), gen_random_uuid(), 'qwen', 1, 0, 1, 0, 1, 0, 1, 0, 'default', gen_random_uuid())`;
    expect(await seenBy(student)).toEqual([id, group]);
    expect(await seenBy(ta)).toEqual([group]);
    for (const each of [id, group])
      await fixture.db.$transaction((tx) => endAnnouncement(tx, admin.actor, { id: each }));
  });

  it("to a course are its staff's, reach its members alone, and end with it", async () => {
    const audience = { kind: "course", id: courseId } as const;
    const { id } = await announce(ta.actor, { audience, endsAt: hours(5000) });
    const [row] = await listAnnouncements(fixture.db, ta.actor, { courseId });
    expect(row).toMatchObject({ id, subject: "PHYS", state: "running" });
    expect(row?.endsAt?.getTime()).toBeLessThan(hours(1001).getTime());
    expect([await seenBy(ta), await seenBy(student)]).toEqual([[id], []]);
    expect(await listCourseAnnouncements(fixture.db, ta.actor, courseId)).toHaveLength(1);
    expect(await codeOf(listCourseAnnouncements(fixture.db, student.actor, courseId))).toBe("not_found");
    expect(await codeOf(announce(student.actor, { audience }))).toBe("not_found");
    const end = (actor: Actor, input: { id: string; courseId?: string }) =>
      fixture.db.$transaction((tx) => endAnnouncement(tx, actor, input));
    expect(await codeOf(end(student.actor, { id }))).toBe("not_found");
    await end(ta.actor, { id, courseId });
    expect(await seenBy(ta)).toEqual([]);
  });

  it("to others than a course are an administrator's alone", async () => {
    expect(await codeOf(announce(ta.actor))).toBe("not_found");
    const { id } = await announce(commandLine);
    expect(await codeOf(fixture.db.$transaction((tx) => endAnnouncement(tx, ta.actor, { id })))).toBe("not_found");
    // Nor through a course of one's own.
    expect(await codeOf(fixture.db.$transaction((tx) => endAnnouncement(tx, ta.actor, { id, courseId })))).toBe(
      "not_found",
    );
    expect(await listAnnouncements(fixture.db, ta.actor)).toEqual([]);
    await fixture.db.$transaction((tx) => endAnnouncement(tx, commandLine, { id }));
  });

  it("must say something, and end after they begin", async () => {
    expect(await codeOf(announce(admin.actor, { zh: " ", en: "" }))).toBe("invalid_request");
    expect(await codeOf(announce(admin.actor, { zh: "长".repeat(501) }))).toBe("invalid_request");
    expect(await codeOf(announce(admin.actor, { startsAt: hours(2), endsAt: hours(1) }))).toBe("invalid_request");
    expect(await codeOf(announce(admin.actor, { startsAt: hours(-2), endsAt: hours(-1) }))).toBe("invalid_request");
    expect(await codeOf(announce(admin.actor, { audience: { kind: "group", id: "none" } }))).toBe("group_not_found");
  });
});
