import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActsFixture, codeOf, createActsFixture } from "./acts-fixture.ts";
import {
  beginEmail,
  confirmEmail,
  countUnread,
  endOwnSessions,
  getOwnSettings,
  getSessionUser,
  listNotices,
  markNotices,
  removeEmail,
  tellEach,
  tellPeople,
} from "./index.ts";

let fixture: ActsFixture;
beforeAll(async () => {
  fixture = await createActsFixture();
});
afterAll(() => fixture.drop());

describe("what people are told", () => {
  it("is told once for each key, to each of them, and to nobody who does not exist", async () => {
    const [first, second] = [await fixture.person("student"), await fixture.person("student")];
    const notice = {
      kind: "key-ends",
      dedupeKey: "key-ends:k1:7",
      detail: { name: "lab", days: 7 },
      href: "/keys",
    } as const;
    const tell = (userIds: string[], dedupeKey: string = notice.dedupeKey) =>
      fixture.db.$transaction((tx) => tellPeople(tx, { ...notice, userIds, dedupeKey }));
    const ids = [first, second].map(({ actor }) => actor.id ?? "");
    const nobody = "0192f000-0000-7000-8000-000000000000";
    expect(await tell([ids[0] ?? "", nobody])).toBe(1);
    expect(await tell(ids)).toBe(1);
    expect(await tell(ids, "key-ends:k1:1")).toBe(2);
    const rows = await fixture.db.notice.findMany({ orderBy: { createdAt: "asc" } });
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatchObject({
      userId: ids[0],
      kind: "key-ends",
      detail: { name: "lab", days: 7 },
      href: "/keys",
      readAt: null,
    });
  });
});

describe("a person's own settings", () => {
  it("take an address for proven once its link is opened by that person, and not later than a day", async () => {
    const [{ userId, actor }, other] = [await fixture.person(), await fixture.person()];
    const begin = (email: string) => fixture.db.$transaction((tx) => beginEmail(tx, { userId, email }));
    const confirm = (who: string, token: string) =>
      fixture.db.$transaction((tx) => confirmEmail(tx, actor, { userId: who, token }));
    const { token } = await begin("a@example.edu");
    expect(await getOwnSettings(fixture.db, userId)).toMatchObject({ email: null, pendingEmail: "a@example.edu" });
    expect(await codeOf(begin("b@example.edu"))).toBe("invalid_request");
    expect(await codeOf(confirm(userId, "x"))).toBe("invalid_request");
    expect(await codeOf(confirm(other.userId, token))).toBe("invalid_request");
    expect(await confirm(userId, token)).toEqual({ email: "a@example.edu", claimed: [] });
    expect(await codeOf(confirm(userId, token))).toBe("invalid_request");
    expect(await getOwnSettings(fixture.db, userId)).toMatchObject({ email: "a@example.edu", pendingEmail: null });
    const { token: late } = await begin("b@example.edu");
    await fixture.db.emailVerification.update({ where: { userId }, data: { expiresAt: new Date() } });
    expect(await codeOf(confirm(userId, late))).toBe("invalid_request");
    await fixture.db.$transaction((tx) => removeEmail(tx, actor, { userId }));
    expect(await getOwnSettings(fixture.db, userId)).toMatchObject({ email: null, pendingEmail: null });
    expect(await fixture.trail(userId)).toEqual(["user.create", "user.set-email", "user.remove-email"]);
    expect(JSON.stringify(await fixture.db.emailVerification.findMany())).not.toContain(late);
  });

  it("end every session at once", async () => {
    const { userId, actor } = await fixture.person();
    await fixture.db.$transaction((tx) => endOwnSessions(tx, actor, { userId }));
    expect((await getSessionUser(fixture.db, userId))?.sessionVersion).toBe(2);
  });
});

describe("a person's notices", () => {
  it("are listed, counted and marked for that person alone", async () => {
    const [mine, other] = [await fixture.person(), await fixture.person()];
    await fixture.db.$transaction((tx) =>
      tellEach(tx, {
        kind: "course-funded",
        dedupeKey: "f1",
        href: "/balance",
        people: [mine, other].map(({ userId }, place) => ({ userId, detail: { amount: String(place) } })),
      }),
    );
    const [row] = (await listNotices(fixture.db, mine.userId)).rows;
    expect(row).toMatchObject({ kind: "course-funded", detail: { amount: "0" }, readAt: null });
    const mark = (userId: string, id: string | null, read: boolean) =>
      fixture.db.$transaction((tx) => markNotices(tx, { userId, id, read }));
    await mark(other.userId, row?.id ?? "", true);
    expect(await countUnread(fixture.db, mine.userId)).toBe(1);
    await mark(mine.userId, null, true);
    expect([await countUnread(fixture.db, mine.userId), await countUnread(fixture.db, other.userId)]).toEqual([0, 1]);
    expect((await listNotices(fixture.db, mine.userId, { unreadOnly: true })).total).toBe(0);
    await mark(mine.userId, row?.id ?? "", false);
    expect(await countUnread(fixture.db, mine.userId)).toBe(1);
  });
});
