import { readdirSync } from "node:fs";
import { commandLine, createUser, getSessionUser, getSettings, type SessionUser } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

/** What an auditor reads, or is led away from; whatever isn't named here must be missing for him. */
const readByAuditors: Record<string, "there" | `to ${string}`> = {
  "(student)/page.tsx": "to /courses",
  "(student)/courses/page.tsx": "there",
  "(admin)/admin/ledger/page.tsx": "there",
  "(admin)/admin/vouchers/page.tsx": "there",
  "(admin)/admin/audit/page.tsx": "there",
};

const folder = new URL("./", import.meta.url);
const pages = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("/page.tsx") && !file.startsWith("(public)"))
  .sort();

const nothing = "0199e3a0-0000-7000-8000-000000000000";

/** What the page itself decides; what it draws is not drawn. */
async function open(file: string): Promise<string> {
  const { default: page } = await import(new URL(file, folder).href);
  const params = Promise.resolve({ courseId: nothing, shareId: nothing });
  try {
    await page({ params, searchParams: Promise.resolve({}) });
    return "there";
  } catch (error) {
    const digest = error instanceof Error && "digest" in error ? String(error.digest) : "";
    if (digest === "NEXT_HTTP_ERROR_FALLBACK;404") return "missing";
    if (digest.startsWith("NEXT_REDIRECT")) return `to ${digest.split(";")[2]}`;
    throw error;
  }
}

let student: SessionUser;
let auditor: SessionUser;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  const { terms } = await getSettings(getDb());
  const person = async (studentId: string, role: "student" | "auditor") => {
    const input = { studentId, name: role, role, password: "correct horse battery" };
    const { userId } = await getDb().$transaction((tx) => createUser(tx, commandLine, input));
    await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
    const found = await getSessionUser(getDb(), userId);
    if (found === null) throw new Error("the person just made is missing");
    return found;
  };
  student = await person("S000001", "student");
  auditor = await person("S000002", "auditor");
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());
beforeEach(() => {
  Object.assign(request, { origin: "http://console.test", user: null });
});

describe("every page behind the sign-in", () => {
  it("is found", () => {
    expect(pages.length).toBeGreaterThan(15);
    expect(Object.keys(readByAuditors).filter((file) => !pages.includes(file))).toEqual([]);
  });

  it.each(pages)("%s leads the signed-out to the sign-in", async (file) => {
    expect(await open(file)).toBe("to /sign-in");
  });

  it.each(pages.filter((file) => file.startsWith("(admin)")))("%s is missing for a student", async (file) => {
    request.user = student;
    expect(await open(file)).toBe("missing");
  });

  it.each(pages)("%s is missing for an auditor, or is one that is read", async (file) => {
    request.user = auditor;
    expect(await open(file)).toBe(readByAuditors[file] ?? "missing");
  });

  it.each(pages)("%s waits until a one-time password is changed", async (file) => {
    request.user = { ...student, role: "admin", mustChangePassword: true };
    expect(await open(file)).toBe("to /password");
  });
});
