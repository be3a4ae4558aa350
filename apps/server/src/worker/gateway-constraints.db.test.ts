import { acceptProposal, type Db, dismissProposal, listOpenProposals } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
const staff = { id: null, name: "staff" };

let gateway: WorkerFixture;
let db: Db;
let channelId: string;
beforeAll(async () => {
  gateway = await createWorkerFixture();
  db = createPatientPrisma(gateway.databaseUrl, 2);
  channelId = await gateway.channel("demo", gateway.upstreamUrl);
});
afterAll(async () => {
  await db.$disconnect();
  await gateway.close();
});

/** A model that refuses top_p = 1, with constraints, and somebody who may call it. */
async function scene(name: string, constraints: object) {
  const modelId = await gateway.model(name, [channelId], { upstreamModel: "demo-no-top-p-1" });
  await gateway.query("update model set constraints = $2 where id = $1", [modelId, JSON.stringify(constraints)]);
  const { secret } = await gateway.person(YUAN);
  await gateway.inForce();
  return { modelId, secret };
}

const open = async (modelId: string) => (await listOpenProposals(db)).get(modelId) ?? [];
const lastBody = () => String(gateway.upstream.requests().at(-1)?.body);

describe("a model's constraints", () => {
  it("move a value into its range and name it, take refused fields out and name them, and leave every other byte", async () => {
    const constraints = {
      ranges: { top_p: { maximum: 0.95 }, temperature: { minimum: 0.01 } },
      rejected: ["logit_bias", "options.x"],
    };
    const { secret } = await scene("bounded", constraints);
    const body = `{ "model":"bounded",\n "top_p" : 1.0, "logit_bias":{"1":2}, "seed":12345678901234567890, "temperature":0,"options":{"x":1, "y":1e-7},"messages":[{"role":"user","content":"\\u4f60好"}] }`;
    const answer = await gateway.chat(secret, body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-gateway-clamped")).toBe("temperature=0.01, top_p=0.95");
    expect(answer.headers.get("x-gateway-dropped")).toBe("logit_bias, options.x");
    const sent = lastBody();
    const expected = body
      .replace('"bounded"', '"demo-no-top-p-1"')
      .replace('"top_p" : 1.0', '"top_p" : 0.95')
      .replace(' "logit_bias":{"1":2},', "")
      .replace('"temperature":0,', '"temperature":0.01,')
      .replace('{"x":1, "y"', '{"y"');
    expect(sent).toBe(expected);
  });

  it("change nothing of a request that keeps them", async () => {
    const { secret } = await scene("kept", { ranges: { top_p: { maximum: 0.95 } }, recommended: { temperature: 0.6 } });
    const answer = await gateway.chat(secret, { model: "kept", messages: hello, top_p: 0.5, max_tokens: 8 });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-gateway-clamped")).toBeNull();
    expect(answer.headers.get("x-gateway-dropped")).toBeNull();
    expect(JSON.parse(lastBody())).toEqual({ model: "demo-no-top-p-1", messages: hello, top_p: 0.5, max_tokens: 8 });
  });
});

it("holds where the upstream speaks another protocol, under that one's names", async () => {
  const other = await gateway.channel("gemini", gateway.upstreamUrl.replace(/\/v1$/, "/v1beta"));
  await gateway.query("update channel set protocol = 'gemini' where id = $1", [other]);
  const modelId = await gateway.model("translated", [other], { upstreamModel: "demo-text" });
  const constraints = { ranges: { top_p: { maximum: 0.95 } }, rejected: ["seed"] };
  await gateway.query("update model set constraints = $2 where id = $1", [modelId, JSON.stringify(constraints)]);
  const { secret } = await gateway.person(YUAN);
  await gateway.inForce();
  const answer = await gateway.chat(secret, { model: "translated", messages: hello, top_p: 1, seed: 7 });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-gateway-clamped")).toBe("top_p=0.95");
  expect(answer.headers.get("x-gateway-dropped")).toContain("seed");
  const { generationConfig } = JSON.parse(lastBody()) as { generationConfig: object };
  expect(generationConfig).toMatchObject({ topP: 0.95 });
  expect(generationConfig).not.toHaveProperty("seed");
});

describe("a model's output limit", () => {
  it("lowers and names a higher one, under either name, and is invented for nobody", async () => {
    const { modelId, secret } = await scene("short", { ranges: { max_tokens: { maximum: 64 } } });
    await gateway.query("update model set max_output_tokens = 128 where id = $1", [modelId]);
    await gateway.inForce();
    const ask = async (limits: object) => {
      const answer = await gateway.chat(secret, { model: "short", messages: hello, ...limits });
      const sent = JSON.parse(lastBody()) as Record<string, unknown>;
      return [answer.headers.get("x-gateway-clamped"), sent.max_tokens, sent.max_completion_tokens];
    };
    expect(await ask({ max_tokens: 1_000_000 })).toEqual(["max_tokens=64", 64, undefined]);
    expect(await ask({ max_completion_tokens: 100 })).toEqual(["max_tokens=64", undefined, 64]);
    expect(await ask({ max_tokens: 64 })).toEqual([null, 64, undefined]);
    expect(await ask({})).toEqual([null, undefined, undefined]);
  });
});

describe("a refusal that names a parameter", () => {
  it("is proposed once, counted, kept without the prompt, and holds once it is accepted", async () => {
    const { modelId, secret } = await scene("unbounded", {});
    const call = () => gateway.chat(secret, { model: "unbounded", messages: hello, top_p: 1, stream: true });
    for (const _ of [1, 2, 3]) expect((await call()).status).toBe(400);
    await until(async () => (await open(modelId))[0]?.count === 3);
    const [proposal, ...others] = await open(modelId);
    expect(others).toEqual([]);
    expect(proposal).toMatchObject({
      channelId,
      channelName: "demo",
      change: { kind: "range", parameter: "top_p", minimum: 0.01, maximum: 0.99 },
      lastMessage: "top_p must be in (0, 1), got 1.0",
    });
    const proposalId = proposal?.id ?? "";
    await db.$transaction((tx) => acceptProposal(tx, staff, { proposalId }));
    await gateway.inForce();
    const answer = await call();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-gateway-clamped")).toContain("top_p=0.99");
    await answer.text();
    expect(await open(modelId)).toEqual([]);
    const trail = await gateway.query<{ action: string; detail: object }>(
      "select action, detail from audit_entry where target_id = $1",
      [modelId],
    );
    expect(trail).toMatchObject([
      { action: "model.accept-proposal", detail: { after: { constraints: { ranges: ["0.01 ≤ top_p ≤ 0.99"] } } } },
    ]);
  });

  it("stays away once it is dismissed, and comes back where an accepted one has been undone", async () => {
    const { modelId, secret } = await scene("stubborn", {});
    const call = () => gateway.chat(secret, { model: "stubborn", messages: hello, top_p: 1 });
    await call();
    await until(async () => (await open(modelId)).length === 1);
    const proposalId = (await open(modelId))[0]?.id ?? "";
    await db.$transaction((tx) => dismissProposal(tx, staff, { proposalId }));
    await expect(db.$transaction((tx) => acceptProposal(tx, staff, { proposalId }))).rejects.toMatchObject({
      code: "not_found",
    });
    await call();
    const count = async () =>
      (await gateway.query<{ count: number }>("select count from constraint_proposal where id = $1", [proposalId]))[0]
        ?.count;
    await until(async () => (await count()) === 2);
    expect(await open(modelId)).toEqual([]);
    await gateway.query(
      "update constraint_proposal set decision = 'accepted', decided_at = now() - interval '1 hour' where id = $1",
      [proposalId],
    );
    await call();
    await until(async () => (await open(modelId)).length === 1);
  });
});
