import { createSessionCredential, deriveSecret, SESSION_CREDENTIAL_MS } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SECRET } from "../testing/scene.ts";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import type { Turn } from "./ask.ts";
import { faces } from "./pairs.ts";
import { send } from "./run-case.ts";

const turns: readonly Turn[] = [{ role: "user", parts: [{ type: "text", text: "hi" }] }];
let gateway: WorkerFixture;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  await gateway.model("demo-text", [await gateway.channel("demo", gateway.upstreamUrl)]);
  await gateway.inForce();
});
afterAll(() => gateway.close());

async function demand(
  terms: { version: number; grace?: { version: number; until: string } },
  siteUrl = "",
): Promise<void> {
  const words = { zh: ["一"], en: ["one"] };
  for (const [key, value] of Object.entries({ terms: { ...words, ...terms }, siteUrl }))
    await gateway.query(
      "insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
      [key, JSON.stringify(value)],
    );
  await gateway.inForce();
}

const accept = (userId: string, version: number | null) =>
  gateway.query("update app_user set terms_version = $2 where id = $1", [userId, version]);

const chat = async (secret: string) =>
  (await gateway.chat(secret, { model: "demo-text", messages: [{ role: "user", content: "hi" }] })).status;

describe("terms at the gateway", () => {
  it.each(faces)(
    "refuse $title clients of who has not accepted them, in their own shape, until that moment",
    async (face) => {
      await demand({ version: 1 });
      const { secret, userId } = await gateway.person(1_000_000_000_000n);
      const asked = face.request({ model: "demo-text", turns, stream: false });
      expect((await send(gateway, secret, asked)).status).toBe(200);
      // The worker remembers the key from now on, and with it that version 1 was accepted.
      await demand({ version: 2 });
      const refused = await send(gateway, secret, asked);
      const text = await refused.text();
      expect([refused.status, text]).toEqual([403, expect.stringContaining(`${gateway.url}/terms`)]);
      const sentence = face.readError(JSON.parse(text));
      expect(sentence).toContain("请先在控制台同意学术使用条款");
      expect(sentence).toContain("Accept the terms of academic use");
      const stream = await send(gateway, secret, face.request({ model: "demo-text", turns, stream: true }));
      await stream.arrayBuffer();
      expect(stream.status).toBe(403);
      await accept(userId, 2);
      expect((await send(gateway, secret, asked)).status).toBe(200);
    },
  );

  it("refuse keys of people who never accepted any, lists too, and name the address of the site where it is set", async () => {
    await demand({ version: 1 }, "https://llm.example.edu");
    const { secret, userId } = await gateway.person(1_000_000_000_000n);
    await accept(userId, null);
    const answer = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("https://llm.example.edu/terms");
    expect(await gateway.records(userId)).toEqual([]);
  });

  it("hold for what the console asks in a person's name", async () => {
    await demand({ version: 1 });
    const { userId } = await gateway.person(1_000_000_000_000n);
    const credential = createSessionCredential(deriveSecret(SECRET, "gateway-session"), {
      expiresAt: Date.now() + SESSION_CREDENTIAL_MS,
      userId,
      groupId: "default",
      sessionVersion: 1,
      purpose: "speed",
    });
    expect(await chat(credential)).toBe(200);
    await accept(userId, null);
    expect(await chat(credential)).toBe(403);
  });

  it("take the version before until the days of grace are over, and not one before that", async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await demand({ version: 1 });
    const { secret, userId } = await gateway.person(1_000_000_000_000n);
    await demand({ version: 3, grace: { version: 1, until: later } });
    expect(await chat(secret)).toBe(200);
    await demand({ version: 4, grace: { version: 3, until: later } });
    expect(await chat(secret)).toBe(403);
    await accept(userId, 3);
    expect(await chat(secret)).toBe(200);
    await demand({ version: 4, grace: { version: 3, until: new Date(Date.now() - 1_000).toISOString() } });
    expect(await chat(secret)).toBe(403);
  });
});
