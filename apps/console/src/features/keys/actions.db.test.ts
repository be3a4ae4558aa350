import { commandLine, createUser, getSessionUser, getSettings, MAX_KEYS, type SessionUser } from "@lyceum/db";
import { createTestDatabase, untilBlocked } from "@lyceum/db/testing";
import { createApiKey } from "@lyceum/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const { createKey, createKeys, reportLeak, rollKey, setKeyExpiry, updateKey } = await import("./actions.ts");
const { takeLeakReport } = await import("./leak-throttle.ts");

let drop: () => Promise<void>;
let count = 0;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());
beforeEach(async () => {
  Object.assign(request, { origin: "http://console.test", user: await person() });
});

async function person(): Promise<SessionUser> {
  count += 1;
  const input = {
    studentId: `K00000${count}`,
    name: "student",
    role: "student" as const,
    password: "correct horse battery",
  };
  const { userId } = await getDb().$transaction((tx) => createUser(tx, commandLine, input));
  const { terms } = await getSettings(getDb());
  await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  const found = await getSessionUser(getDb(), userId);
  if (!found) throw new Error("the person just made is missing");
  return found;
}

const limits = { rpmLimit: "", tpmLimit: "", parallelLimit: "", cap: "", capPeriod: "total" as const };
const common = {
  groupId: "default",
  scope: "all" as const,
  models: [],
  networks: [],
  expiry: "term" as const,
  ...limits,
};
const ownKeys = () => getDb().virtualKey.findMany({ where: { userId: request.user?.id ?? "" } });

async function makeOne() {
  const made = await createKey({ ...common, name: "laptop" });
  if (!made.ok) throw new Error(made.message);
  return made.data;
}

it("a key asked for by a session that ends meanwhile, as when the ID's owner comes, is not made", async () => {
  const { id = "" } = request.user ?? {};
  let made: ReturnType<typeof createKey> | undefined;
  await getDb().$transaction(async (tx) => {
    await tx.$queryRaw`select id from account where user_id = ${id}::uuid for no key update`;
    made = createKey({ ...common, name: "kept" });
    await untilBlocked((sql) => getDb().$queryRawUnsafe(sql));
    await tx.user.update({ where: { id }, data: { sessionVersion: { increment: 1 } }, select: { id: true } });
  });
  expect(await made).toMatchObject({ ok: false, code: "signed_out" });
  expect(await ownKeys()).toEqual([]);
});

describe("several keys at once", () => {
  it("are all made, each with a secret of its own", async () => {
    const made = await createKeys({ ...common, names: ["a", " b ", "", "c"] });
    if (!made.ok) throw new Error(made.message);
    expect(made.data.keys.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(new Set(made.data.keys.map(({ secret }) => secret)).size).toBe(3);
  });

  it("are none where one too many would be made", async () => {
    await makeOne();
    const names = Array.from({ length: MAX_KEYS }, (_, i) => `k${i}`);
    expect(await createKeys({ ...common, names })).toMatchObject({ ok: false, code: "invalid_request" });
    expect(await ownKeys()).toHaveLength(1);
  });

  it("say at the field which name is wrong", async () => {
    const twice = await createKeys({ ...common, names: ["a", "b", "a"] });
    expect(twice).toMatchObject({ fieldErrors: { names: expect.stringContaining("“a”") } });
    const many = await createKeys({ ...common, names: Array.from({ length: MAX_KEYS + 1 }, (_, i) => `k${i}`) });
    expect(many).toMatchObject({ fieldErrors: { names: expect.stringContaining(String(MAX_KEYS)) } });
  });
});

describe("the networks of a key", () => {
  it("are kept, changed, and refused at their field with the line that is wrong", async () => {
    const { id } = await makeOne();
    const change = (networks: string[]) =>
      updateKey({ ...common, keyId: id, name: "laptop", expiry: "keep", networks });
    expect(await change(["10.1.0.0/16", "", " 2001:DB8::/32 "])).toMatchObject({ ok: true });
    expect((await ownKeys())[0]?.networks).toEqual(["10.1.0.0/16", "2001:db8::/32"]);
    const wrong = await change(["10.1.0.0/16", "10.1.2.3/16"]);
    expect(wrong).toMatchObject({ ok: false, fieldErrors: { networks: expect.stringContaining("10.1.2.3/16") } });
    expect(await change([])).toMatchObject({ ok: true });
    expect((await ownKeys())[0]?.networks).toEqual([]);
  });
});

describe("a key that is rolled", () => {
  it("answers with a new secret and until when the former one is taken", async () => {
    const made = await makeOne();
    const rolled = await rollKey({ keyId: made.id, atOnce: false });
    if (!rolled.ok) throw new Error(rolled.message);
    expect(rolled.data.secret).not.toBe(made.secret);
    expect(rolled.data).toMatchObject({ name: "laptop", expiresAt: made.expiresAt });
    expect(rolled.data.formerEndsAt?.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    const again = await rollKey({ keyId: made.id, atOnce: true });
    expect(again).toMatchObject({ ok: true, data: { formerEndsAt: null } });
  });

  it("is one's own", async () => {
    const { id } = await makeOne();
    request.user = await person();
    expect(await rollKey({ keyId: id, atOnce: false })).toMatchObject({ ok: false, code: "not_found" });
    expect(await setKeyExpiry({ keyId: id, expiry: "30d" })).toMatchObject({ ok: false, code: "not_found" });
  });
});

describe("a leaked key", () => {
  it("is frozen by whoever has it, signed in or not, and once only", async () => {
    const made = await makeOne();
    const owner = request.user;
    request.user = null;
    const shown = { prefix: made.prefix, lastFour: made.lastFour };
    expect(await reportLeak({ key: ` ${made.secret}\n` })).toEqual({ ok: true, data: { outcome: "frozen", ...shown } });
    expect(await reportLeak({ key: made.secret })).toEqual({ ok: true, data: { outcome: "known", ...shown } });
    request.user = owner;
    expect(await ownKeys()).toMatchObject([{ status: "disabled" }]);
    expect(await getDb().notice.count({ where: { userId: owner?.id ?? "", kind: "key-leaked" } })).toBe(1);
  });

  it("is told apart from what is no key of ours", async () => {
    const { secret } = createApiKey();
    expect(await reportLeak({ key: secret })).toEqual({ ok: true, data: { outcome: "unknown" } });
    const mistyped = `${secret.slice(0, -1)}${secret.endsWith("0") ? "1" : "0"}`;
    expect(await reportLeak({ key: mistyped })).toEqual({ ok: true, data: { outcome: "malformed" } });
    expect(await reportLeak({ key: "sk-proj-abc" })).toEqual({ ok: true, data: { outcome: "malformed" } });
  });

  it("is written down nowhere, also where the database fails", async () => {
    const made = await makeOne();
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await reportLeak({ key: made.secret });
    const fails = vi.spyOn(getDb(), "$transaction").mockRejectedValue(new Error("the database is gone"));
    expect(await reportLeak({ key: made.secret })).toMatchObject({ ok: false, code: "internal" });
    fails.mockRestore();
    const logged = error.mock.calls.flat().map((part) => (part instanceof Error ? `${part.stack}` : String(part)));
    error.mockRestore();
    const kept = JSON.stringify(
      [await getDb().auditEntry.findMany(), await getDb().notice.findMany(), logged],
      (_, value) => (typeof value === "bigint" ? String(value) : value),
    );
    expect(kept).toContain("the database is gone");
    expect(kept).not.toContain(made.secret.slice(10, 40));
  });

  it("is reported at most twenty times a minute from one browser", () => {
    const now = Date.now() + 3_600_000;
    for (let i = 0; i < 20; i++) takeLeakReport("a", now);
    expect(() => takeLeakReport("a", now + 1_000)).toThrow("59 s");
    takeLeakReport("b", now);
    takeLeakReport("a", now + 60_000);
  });
});
