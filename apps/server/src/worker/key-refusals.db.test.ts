import { type Db, findKeyRefusal } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let db: Db;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  await gateway.model("demo-fast", [channel], { groups: ["default"] });
  db = createPatientPrisma(gateway.databaseUrl, 4);
  await gateway.inForce();
});
afterAll(async () => {
  await db.$disconnect();
  await gateway.close();
});

async function ask(secret: string, { path = "/v1/chat/completions", model = "demo-fast" } = {}): Promise<number> {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const body = JSON.stringify({ model, messages: hello });
  return (await fetch(`${gateway.url}${path}`, { method: "POST", headers, body })).status;
}

type Person = Awaited<ReturnType<WorkerFixture["person"]>>;
const find = ({ userId, keyId }: Person) => findKeyRefusal(db, userId, keyId);
/** Until the worker has written it down. */
const told = (person: Person, code: string) => expect.poll(async () => (await find(person))?.code).toBe(code);

describe("whoever waits for the first request of a key", () => {
  it("hears what was refused before there was a usage record, the last of it", async () => {
    const person = await gateway.person(YUAN);
    expect(await ask(person.secret, { path: "/v1/v1/chat/completions" })).toBe(404);
    await told(person, "not_found");
    expect(await find(person)).toMatchObject({
      method: "POST",
      path: "/v1/v1/chat/completions",
      parameters: { hint_en: expect.stringContaining("take /v1 out") },
    });
    expect(await ask(person.secret, { model: "demo-fsat" })).toBe(404);
    await told(person, "model_not_found");
    expect((await find(person))?.parameters).toMatchObject({ hint_en: expect.stringContaining("demo-fast") });
  });

  it("hears that the key was cut off, or lacks its beginning", async () => {
    const person = await gateway.person(YUAN);
    expect(await ask(person.secret.slice(0, 40))).toBe(401);
    await told(person, "invalid_key");
    expect((await find(person))?.parameters).toMatchObject({ wrong: "letters" });
    expect(await ask(person.secret.slice(6))).toBe(401);
    await expect.poll(async () => (await find(person))?.parameters.wrong).toBe("start");
  });

  it("hears that there is no money", async () => {
    const person = await gateway.person(0n);
    expect(await ask(person.secret)).toBe(402);
    await told(person, "insufficient_balance");
  });

  it("is the only one: of a key that has been in use for days nothing is written, and nobody reads another's", async () => {
    const person = await gateway.person(YUAN);
    const stranger = await gateway.person(YUAN);
    const old = "update virtual_key set created_at = now() - interval '2 days', last_used_at = now() where id = $1";
    await gateway.query(old, [person.keyId]);
    expect(await ask(person.secret, { model: "nothing-like-it" })).toBe(404);
    expect(await ask(stranger.secret, { model: "nothing-like-it" })).toBe(404);
    await told(stranger, "model_not_found");
    expect(await find(person)).toBeNull();
    expect(await findKeyRefusal(db, person.userId, stranger.keyId)).toBeNull();
  });
});
