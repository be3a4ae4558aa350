import {
  addChannel,
  commandLine,
  createKey,
  createUser,
  getModelByName,
  getSessionUser,
  getSettings,
  listKeys,
  setPrice,
} from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import { capKey, setKeyModel } from "./actions.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const [free, other] = ["free-model", "other-model"];
let drop: () => Promise<void>;
let count = 0;

async function person() {
  const studentId = `S00000${++count}`;
  const { terms } = await getSettings(getDb());
  const { userId } = await getDb().$transaction((tx) =>
    createUser(tx, commandLine, { studentId, name: studentId, role: "student", password: "correct horse battery" }),
  );
  await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  const user = await getSessionUser(getDb(), userId);
  if (user === null) throw new Error("the person just made is missing");
  return user;
}

async function keyOf(userId: string, models: string[]) {
  const wanted = { userId, name: "lab3", groupId: "default", models, expiresAt: null };
  const limits = { rpmLimit: 7, tpmLimit: null, parallelLimit: null, capNanos: null, capPeriod: "total" as const };
  const { id } = await getDb().$transaction((tx) => createKey(tx, commandLine, { ...wanted, ...limits }));
  return { id, row: async () => (await listKeys(getDb(), userId)).find((key) => key.id === id) };
}

beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
  const models = [free, other].map((name) => ({ name, upstreamModel: name }));
  const channel = { name: "c", protocol: "openai", baseUrl: "http://127.0.0.1:9/v1", credential: "sk-0123456789" };
  await getDb().$transaction(async (tx) => {
    const groups = ["default"];
    await addChannel(tx, commandLine, "m".repeat(32), { ...channel, models, groups, allowPrivate: true });
    for (const name of [free, other]) {
      const { id: modelId } = await getModelByName(tx, name);
      await setPrice(tx, commandLine, { modelId, input: "0", output: "0" });
    }
  });
});
afterAll(() => drop());

describe("letting a key go on with a free model", () => {
  it("adds it to a key that is limited to models, and takes it back", async () => {
    const user = await person();
    const key = await keyOf(user.id, [other]);
    Object.assign(request, { user });
    const input = { keyId: key.id, model: free };
    expect(await setKeyModel({ ...input, wanted: true })).toEqual({ ok: true, data: { changed: true } });
    expect((await key.row())?.models).toEqual([free, other]);
    expect(await setKeyModel({ ...input, wanted: true })).toEqual({ ok: true, data: { changed: false } });
    expect(await setKeyModel({ ...input, wanted: false })).toEqual({ ok: true, data: { changed: true } });
    expect((await key.row())?.models).toEqual([other]);
  });

  it("never opens a key to every model, neither one without a limit nor by taking the last name away", async () => {
    const user = await person();
    Object.assign(request, { user });
    for (const models of [[], [free]]) {
      const key = await keyOf(user.id, models);
      for (const wanted of [true, false]) {
        expect(await setKeyModel({ keyId: key.id, model: free, wanted })).toEqual({
          ok: true,
          data: { changed: false },
        });
      }
      expect((await key.row())?.models).toEqual(models);
    }
  });

  it("passes over a model that has gone since the key was limited to it, and leaves its name", async () => {
    const user = await person();
    const key = await keyOf(user.id, [other]);
    await getDb().virtualKey.update({ where: { id: key.id }, data: { models: ["gone-model", other] } });
    Object.assign(request, { user });
    const input = { keyId: key.id, model: free };
    expect(await setKeyModel({ ...input, wanted: true })).toEqual({ ok: true, data: { changed: true } });
    expect((await key.row())?.models).toEqual([free, "gone-model", other]);
    expect(await setKeyModel({ ...input, wanted: false })).toEqual({ ok: true, data: { changed: true } });
    expect((await key.row())?.models).toEqual(["gone-model", other]);
  });

  it("knows neither another's key nor a model that isn't there", async () => {
    const [user, stranger] = [await person(), await person()];
    const [key, theirs] = [await keyOf(user.id, [other]), await keyOf(stranger.id, [other])];
    Object.assign(request, { user });
    const codes = [
      await setKeyModel({ keyId: theirs.id, model: free, wanted: true }),
      await setKeyModel({ keyId: key.id, model: "nowhere", wanted: true }),
      await capKey({ keyId: theirs.id, cap: "1", capPeriod: "day" }),
    ].map((result) => (result.ok ? "ok" : result.code));
    expect(codes).toEqual(["not_found", "model_not_found", "not_found"]);
    expect((await theirs.row())?.models).toEqual([other]);
  });
});

it("caps a key by the day and leaves its other limits; what is no amount is said at the field", async () => {
  const user = await person();
  const key = await keyOf(user.id, []);
  Object.assign(request, { user });
  expect(await capKey({ keyId: key.id, cap: "1.5", capPeriod: "day" })).toMatchObject({ ok: true });
  expect(await key.row()).toMatchObject({ capNanos: 1_500_000_000n, capPeriod: "day", rpmLimit: 7 });
  const wrong = await capKey({ keyId: key.id, cap: "much", capPeriod: "day" });
  expect(wrong).toMatchObject({ ok: false, fieldErrors: { cap: expect.any(String) } });
});
