import { newId, sealCredential } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawUpstream, startRawUpstream } from "./testing/raw-upstream.ts";
import { SECRET } from "./testing/scene.ts";
import { createWorkerFixture, eventsOf, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
/** Behaviours of an upstream after which another one is asked. */
const elsewhere = [
  ...["demo-401", "demo-403", "demo-404-model", "demo-429", "demo-500", "demo-503", "demo-529"],
  ...["demo-502-html", "demo-500-plain", "demo-error-200", "demo-breaks-0"],
];
/** And after which none is: the request is at fault. */
const final = ["demo-400-numeric", "demo-400-flat", "demo-422-detail", "demo-context-too-long"];

let gateway: WorkerFixture;
let raw: RawUpstream;
let secret: string;
let accountId: string;

type Where = {
  name: string;
  upstreamModel?: string;
  baseUrl?: string;
  firstTokenMs?: number;
  secrets?: readonly string[];
};

/** A model whose deployments, each on a channel of its own, are tried in this order. */
async function model(name: string, ...wheres: readonly Where[]): Promise<void> {
  const channels: string[] = [];
  for (const { name: channel, baseUrl, firstTokenMs, secrets = [] } of wheres) {
    const id = await gateway.channel(`${name} ${channel}`, baseUrl ?? gateway.upstreamUrl, { idleTimeoutMs: 2_500 });
    await gateway.query("update channel set first_token_timeout_ms = $2 where id = $1", [id, firstTokenMs ?? null]);
    if (secrets.length > 0) await gateway.query("delete from channel_credential where channel_id = $1", [id]);
    for (const each of secrets)
      await gateway.query("insert into channel_credential (id, channel_id, sealed) values ($1, $2, $3)", [
        newId(),
        id,
        sealCredential(SECRET, each),
      ]);
    channels.push(id);
  }
  const id = await gateway.model(name, channels);
  for (const [index, { upstreamModel = name }] of wheres.entries())
    await gateway.query("update deployment set upstream_model = $3 where model_id = $1 and channel_id = $2", [
      id,
      channels[index],
      upstreamModel,
    ]);
}

async function ask(name: string, more: object = {}) {
  const answer = await gateway.chat(secret, { model: name, messages: hello, ...more });
  const text = await answer.text();
  const [last] = (await gateway.records(accountId)).slice(-1);
  return { status: answer.status, headers: answer.headers, text, last };
}

beforeAll(async () => {
  gateway = await createWorkerFixture();
  raw = await startRawUpstream();
  await gateway.group("default", { isOpen: true });
  const well = { name: "well", upstreamModel: "demo-text" };
  for (const stream of [false, true]) {
    for (const name of [...elsewhere, ...final])
      await model(`${stream} ${name}`, { name: "ill", upstreamModel: name }, well);
  }
  await model("silent", { name: "ill", upstreamModel: "demo-silent" }, well);
  await model("all-busy", { name: "a", upstreamModel: "demo-429" }, { name: "b", upstreamModel: "demo-429" });
  await model("busy-and-broken", { name: "a", upstreamModel: "demo-429" }, { name: "b", upstreamModel: "demo-500" });
  await model("mid-stream", { name: "a", upstreamModel: "demo-error-mid-stream" }, well);
  await model("seven", ...Array.from({ length: 7 }, (_, index) => ({ name: `${index}`, upstreamModel: "demo-500" })));
  const role = (text: string) =>
    `data: {"id":"x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{${text}}}]}\n\n`;
  const stream = { headers: { "content-type": "text/event-stream" } } as const;
  raw.answers.set("only-a-role", {
    ...stream,
    body: [role('"role":"assistant","content":""'), ": ping\n\n"],
    ending: "silence",
  });
  raw.answers.set("role-then-error", {
    ...stream,
    body: [role('"role":"assistant"'), 'data: {"error":{"message":"out of memory","code":"server_error"}}\n\n'],
  });
  raw.answers.set("role-then-tear", { ...stream, body: [role('"role":"assistant"')], ending: "tear" });
  const rawUrl = `${raw.url}/v1`;
  for (const name of ["only-a-role", "role-then-error", "role-then-tear"])
    await model(name, { name: "raw", baseUrl: rawUrl, firstTokenMs: 1_000 }, well);
  await model("slow-first", { name: "slow", upstreamModel: "demo-slow-3500", firstTokenMs: 1_000 }, well);
  await model("slow-only", { name: "slow", upstreamModel: "demo-slow-1500", firstTokenMs: 1_000 });
  await model("role-only", { name: "raw", baseUrl: rawUrl, upstreamModel: "only-a-role", firstTokenMs: 1_000 });
  ({ secret, accountId } = await gateway.person(1_000n * YUAN));
  await gateway.inForce();
});
afterAll(async () => {
  await gateway.close();
  await raw.close();
});

describe.each([false, true])("with another deployment left (stream: %s)", (stream) => {
  it.each(elsewhere)("%s is not the client's to see", async (name) => {
    const { status, last, text } = await ask(`${stream} ${name}`, { stream });
    expect(status).toBe(200);
    expect(last).toMatchObject({ outcome: "finished", attempts: 2, upstream_model: "demo-text" });
    if (stream) expect(eventsOf(text).at(-1)).toBe("[DONE]");
  });

  it.each(final)("%s is told at once: the request is at fault", async (name) => {
    const { status, last } = await ask(`${stream} ${name}`, { stream });
    expect(status).toBe(name === "demo-422-detail" ? 422 : 400);
    expect(last).toMatchObject({ outcome: "failed", attempts: 1, error_code: "upstream_rejected" });
  });
});

describe("when nothing is left", () => {
  it("busy upstreams are 429 with the least Retry-After, and are not asked again before", async () => {
    const { status, headers, last } = await ask("all-busy");
    expect([status, last?.attempts]).toEqual([429, 2]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(7);
    const before = gateway.upstream.requests().length;
    const again = await ask("all-busy");
    expect([again.status, again.last?.attempts]).toEqual([429, 0]);
    expect(gateway.upstream.requests().length).toBe(before);
  });

  it("a broken one among them is what the client is told of", async () => {
    expect(await ask("busy-and-broken")).toMatchObject({ status: 502, last: { attempts: 2 } });
  });

  it("not more than six are tried", async () => {
    expect(await ask("seven")).toMatchObject({ status: 502, last: { attempts: 6 } });
  });
});

it("retries nothing once something has reached the client", async () => {
  const { status, text, last } = await ask("mid-stream", { stream: true });
  expect([status, last?.attempts, last?.outcome]).toEqual([200, 1, "failed"]);
  expect(eventsOf(text).at(-1)).toContain('"error"');
});

describe("the first token", () => {
  it.each(["only-a-role", "role-then-error", "role-then-tear"])(
    "that never comes (%s) is got elsewhere",
    async (name) => {
      const { status, text, last } = await ask(name, { stream: true });
      expect([status, last?.attempts]).toEqual([200, 2]);
      // Of the first stream nothing is to be seen.
      expect(text).not.toContain('"id":"x"');
      expect(eventsOf(text).at(-1)).toBe("[DONE]");
    },
  );

  it("that comes too late is got elsewhere, and the first upstream is left", async () => {
    expect(await ask("slow-first", { stream: true })).toMatchObject({ status: 200, last: { attempts: 2 } });
  });

  it("is waited for where there is nowhere else to go", async () => {
    expect(await ask("slow-only", { stream: true })).toMatchObject({ status: 200, last: { attempts: 1 } });
  });

  it("is got elsewhere after the usual time, where no other is set", async () => {
    expect(await ask("silent", { stream: true })).toMatchObject({ status: 200, last: { attempts: 2 } });
  });

  it("holds nothing back where there is nowhere else to go", async () => {
    const answer = await gateway.chat(secret, { model: "role-only", messages: hello, stream: true });
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toContain('"role":"assistant"');
    await reader?.cancel();
  });
});

it("leaves no reservation and books that add up", async () => {
  await until(async () => (await gateway.query("select from reservation")).length === 0);
  expect(await gateway.differences()).toEqual([]);
});
