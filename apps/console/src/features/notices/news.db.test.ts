import { commandLine, createAnnouncement, createUser, endAnnouncement, markNotices, tellPeople } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { useDatabase } from "#server/testing/next-edges.ts";
import { newsOf } from "./news.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);

let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());

it("is another mark with each notice, each announcement, and each end of one, and the same while nothing happens", async () => {
  const act = getDb().$transaction.bind(getDb());
  const person = { studentId: "S000001", name: "a", role: "student", password: "correct horse battery" } as const;
  const { userId } = await act((tx) => createUser(tx, commandLine, person));
  const { userId: other } = await act((tx) => createUser(tx, commandLine, { ...person, studentId: "S000002" }));
  const marks = [await newsOf(userId)];
  const next = async () => {
    marks.push(await newsOf(userId));
    expect(await newsOf(userId)).toBe(marks.at(-1));
  };
  const tell = (to: string) =>
    act((tx) =>
      tellPeople(tx, {
        ...{ userIds: [to], kind: "balance-used", dedupeKey: "x", href: "/balance" },
        detail: { percent: 80, left: "1", of: "5" },
      }),
    );
  await tell(other);
  expect(await newsOf(userId)).toBe(marks[0]);
  await tell(userId);
  await next();
  await act((tx) => markNotices(tx, { userId, id: null, read: true }));
  expect(await newsOf(userId)).toBe(marks[0]);
  const { id } = await act((tx) =>
    createAnnouncement(tx, commandLine, {
      ...{ level: "warning", zh: "今晚维护", en: "Maintenance tonight", startsAt: null, endsAt: null },
      ...{ audience: { kind: "all", id: null }, tells: false },
    }),
  );
  await next();
  await act((tx) => endAnnouncement(tx, commandLine, { id }));
  expect(await newsOf(userId)).toBe(marks[0]);
  expect(new Set(marks).size).toBe(marks.length);
});
