import { once } from "node:events";
import { createServer } from "node:http";
import {
  createSessionCredential,
  deriveSecret,
  newId,
  SESSION_CREDENTIAL_MS,
  type SessionClaims,
} from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFromHere } from "./client-address.ts";
import { SECRET } from "./testing/scene.ts";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

const key = deriveSecret(SECRET, "gateway-session");
let fixture: WorkerFixture;

beforeAll(async () => {
  fixture = await createWorkerFixture();
  await fixture.group("vip");
  const channel = await fixture.channel("demo", fixture.upstreamUrl);
  await fixture.model("demo-text", [channel], { groups: ["default", "vip"] });
  await fixture.model("free", [channel], { upstreamModel: "demo-text", price: null });
  await fixture.inForce();
});
afterAll(() => fixture.close());

function credential(userId: string, changes: Partial<SessionClaims> = {}, signedBy = key): string {
  const expiresAt = Date.now() + SESSION_CREDENTIAL_MS;
  const claims: SessionClaims = {
    userId,
    groupId: "default",
    purpose: "speed",
    sessionVersion: 1,
    expiresAt,
    ...changes,
  };
  return createSessionCredential(signedBy, claims);
}

async function ask(secret: string, model = "demo-text", headers: Record<string, string> = {}) {
  const response = await fixture.chat(secret, { model, messages: hello }, { headers });
  const body = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: body.error?.code ?? null };
}

describe("a session of the console at the gateway", () => {
  it("is charged to its person, without a key, and says which page it was", async () => {
    const person = await fixture.person(1_000_000_000n);
    expect(await ask(credential(person.userId))).toEqual({ status: 200, code: null });
    expect(await ask(credential(person.userId, { purpose: "playground", groupId: "default" }))).toMatchObject({
      status: 200,
    });
    const records = await fixture.query<Record<string, unknown>>(
      "select key_id, group_id, client, charge_nanos > 0 as charged from usage_record where account_id = $1 order by id",
      [person.accountId],
    );
    expect(records).toEqual([
      { key_id: null, group_id: "default", client: "lyceum/speed", charged: true },
      { key_id: null, group_id: "default", client: "lyceum/playground", charged: true },
    ]);
    expect(await fixture.differences()).toEqual([]);
  });

  it("pays like a key: without money it is 402", async () => {
    const person = await fixture.person(0n);
    expect(await ask(credential(person.userId))).toEqual({ status: 402, code: "insufficient_balance" });
  });

  it("is refused where it is forged, expired, of a purpose nobody knows, or of nobody", async () => {
    const { userId } = await fixture.person(1_000_000_000n);
    const odd = { purpose: "admin" } as unknown as Partial<SessionClaims>;
    const wrong = [
      credential(userId, {}, deriveSecret("6".repeat(64), "gateway-session")),
      credential(userId, {}, deriveSecret(SECRET, "internal")),
      credential(userId, { expiresAt: Date.now() - 1 }),
      credential(userId, odd),
      credential(newId()),
      `${credential(userId)}x`,
      credential(userId).replace("v1", "v2"),
    ];
    for (const secret of wrong) expect(await ask(secret)).toEqual({ status: 401, code: "invalid_key" });
  });

  it("is refused once its person signed out everywhere, was disabled, or left the group", async () => {
    const { userId } = await fixture.person(1_000_000_000n);
    await fixture.query("insert into group_member (user_id, group_id) values ($1, 'vip')", [userId]);
    const vip = credential(userId, { groupId: "vip" });
    expect(await ask(vip)).toMatchObject({ status: 200 });
    await fixture.query("delete from group_member where user_id = $1", [userId]);
    expect(await ask(vip)).toMatchObject({ code: "group_not_allowed" });
    const plain = credential(userId);
    await fixture.query("update app_user set session_version = 2 where id = $1", [userId]);
    expect(await ask(plain)).toEqual({ status: 401, code: "invalid_key" });
    await fixture.query("update app_user set disabled_at = now() where id = $1", [userId]);
    expect(await ask(credential(userId, { sessionVersion: 2 }))).toEqual({ status: 403, code: "account_disabled" });
  });

  it("is refused while its account is frozen, whatever the person's row says", async () => {
    const { userId, accountId } = await fixture.person(1_000_000_000n);
    await fixture.query("update account set is_frozen = true where id = $1", [accountId]);
    expect(await ask(credential(userId))).toEqual({ status: 403, code: "account_disabled" });
  });

  it("uses models without a price only where person and site agree to that", async () => {
    const { userId } = await fixture.person(1_000_000_000n);
    expect(await ask(credential(userId), "free")).toMatchObject({ code: "model_unpriced" });
    await fixture.query("insert into setting (key, value) values ('allowUnpriced', 'true')");
    await fixture.query("update app_user set accepts_unpriced = true where id = $1", [userId]);
    await fixture.inForce();
    expect(await ask(credential(userId), "free")).toMatchObject({ status: 200 });
  });

  it("is refused where a proxy on this machine passes it on for somebody", async () => {
    const { userId } = await fixture.person(1_000_000_000n);
    const passedOn = await ask(credential(userId), "demo-text", { "x-forwarded-for": "10.3.0.7" });
    expect(passedOn).toEqual({ status: 401, code: "invalid_key" });
  });
});

describe("whether a request was made on this machine", () => {
  const from = (remoteAddress: string, headers: Record<string, string> = {}, localAddress = "10.0.0.5") =>
    isFromHere({ socket: { remoteAddress, localAddress }, headers } as unknown as Parameters<typeof isFromHere>[0]);

  it("goes by the connection, never by what the client says of itself", async () => {
    expect([from("127.0.0.1"), from("::1"), from("::ffff:127.0.0.1"), from("10.0.0.5")]).toEqual(Array(4).fill(true));
    expect([from("10.0.0.6"), from("192.168.1.9"), from("::ffff:10.0.0.6"), from("")]).toEqual(Array(4).fill(false));
    expect(from("127.0.0.1", { "x-forwarded-for": "127.0.0.1" })).toBe(false);
    const server = createServer((request, response) => response.end(String(isFromHere(request)))).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("true");
    await new Promise((resolve) => server.close(resolve));
  });
});
