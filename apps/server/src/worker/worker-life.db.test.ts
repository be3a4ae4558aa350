import { deriveSecret } from "@lyceum/domain";
import { afterEach, beforeEach, expect, it } from "vitest";
import { limitedChannel } from "./testing/limited-channel.ts";
import { startRawUpstream } from "./testing/raw-upstream.ts";
import { CREDENTIAL, SECRET } from "./testing/scene.ts";
import { createWorkerFixture, eventsOf, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

const heldAnswer = JSON.stringify({
  ...{ id: "c", object: "chat.completion", created: 1, model: "held" },
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 4, completion_tokens: 14, total_tokens: 18 },
});
const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let person: Awaited<ReturnType<WorkerFixture["person"]>>;

beforeEach(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  for (const name of ["demo-fast", "demo-chunks-20-every-50ms", "demo-chunks-400-every-50ms", "demo-slow-60000"])
    await gateway.model(name, [channel]);
  person = await gateway.person(YUAN);
  await gateway.inForce();
});
afterEach(() => gateway.close());

it("says by its row in the table worker which configuration is in force", async () => {
  await gateway.query("update model set description = 'x'");
  await until(async () => {
    const rows = await gateway.query<{ current: boolean }>(
      "select w.config_version = c.version as current from worker w, config_version c",
    );
    return rows.length === 1 && rows[0]?.current === true;
  });
});

it("gives allowances whose time has come, once", async () => {
  const [row] = await gateway.query<{ id: string }>(
    `insert into allowance (id, account_id, mode, amount_nanos, period, next_at)
      values (gen_random_uuid(), $1, 'add', 7, 'day', now() - interval '1 hour') returning id`,
    [person.accountId],
  );
  const isGiven = async () => {
    const [allowance] = await gateway.query<{ given: boolean }>(
      "select next_at > now() as given from allowance where id = $1",
      [row?.id],
    );
    return allowance?.given === true;
  };
  await until(isGiven);
  const credits = await gateway.query("select amount_nanos from credit where account_id = $1 and kind = 'allowance'", [
    person.accountId,
  ]);
  expect(credits).toEqual([{ amount_nanos: "7" }]);
});

it("lets streams end when it drains, and then leaves nothing behind", async () => {
  const answer = await gateway.chat(person.secret, {
    model: "demo-chunks-20-every-50ms",
    messages: hello,
    stream: true,
  });
  const drained = gateway.drain(10_000);
  expect(eventsOf(await answer.text()).at(-1)).toBe("[DONE]");
  await drained;
  expect(await gateway.records(person.accountId)).toMatchObject([{ outcome: "finished" }]);
  expect(await gateway.query("select from worker")).toEqual([]);
  expect(await gateway.query("select from reservation")).toEqual([]);
});

it("cuts what still runs when the time to drain is up, with an error event, and settles it", async () => {
  const answer = await gateway.chat(person.secret, {
    model: "demo-chunks-400-every-50ms",
    messages: hello,
    stream: true,
  });
  const whole = gateway.chat(person.secret, { model: "demo-slow-60000", messages: hello });
  await until(() => gateway.upstream.requests().length === 2);
  const drained = gateway.drain(100);
  expect(JSON.parse(eventsOf(await answer.text()).at(-1) ?? "{}").error.code).toBe("overloaded");
  expect((await whole).status).toBe(502);
  await drained;
  const outcomes = (await gateway.records(person.accountId)).map(({ outcome }) => outcome).sort();
  expect(outcomes).toEqual(["cut", "failed"]);
  expect(await gateway.query("select from reservation")).toEqual([]);
});

it("answers at most what the balance pays when two workers are asked at once", async () => {
  const second = await gateway.startWorker();
  const upstream = await startRawUpstream();
  const { held } = await limitedChannel(gateway, upstream, 100, ["held"]);
  const poor = await gateway.person(3_000_000n);
  let refused = 0;
  const ask = async (port: number | string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${poor.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "held", messages: hello, max_tokens: 100 }),
    });
    if (answer.status !== 200) refused++;
    return answer;
  };
  const ports = [new URL(gateway.url).port, second.port];
  const asking = Promise.all(Array.from({ length: 40 }, (_, index) => ask(ports[index % 2] ?? "")));
  // None is answered, and gives back what it doesn't cost, before all others have been refused.
  await until(() => held.length + refused === 40);
  for (const { response } of [...held]) response.writeHead(200, { "content-type": "application/json" }).end(heldAnswer);
  const answers = await asking;
  for (const answer of answers) await answer.text();
  const answered = answers.filter((answer) => answer.status === 200).length;
  expect(answered).toBeGreaterThanOrEqual(3);
  expect(answered).toBeLessThanOrEqual(6);
  expect(answers.filter((answer) => answer.status === 402)).toHaveLength(40 - answered);
  await second.drain(1_000);
  await upstream.close();
  expect(await gateway.differences()).toEqual([]);
});

it("answers 503 with Retry-After, never 401, when the database can't be asked", async () => {
  const stranger = await gateway.person(YUAN);
  await gateway.query("alter table virtual_key rename to virtual_key_away");
  const answer = await gateway.chat(stranger.secret, { model: "demo-fast", messages: hello });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  expect(await answer.json()).toMatchObject({ error: { code: "database_unavailable" } });
  await gateway.query("alter table virtual_key_away rename to virtual_key");
  expect((await gateway.chat(stranger.secret, { model: "demo-fast", messages: hello })).status).toBe(200);
});

it("has channels tried for those who know the internal secret, and for nobody else", async () => {
  const test = async (input: object, secret = deriveSecret(SECRET, "internal").toString("hex")) => {
    const headers = { "x-lyceum-internal": secret, "content-type": "application/json" };
    const answer = await fetch(`${gateway.url}/internal/channels/test`, {
      method: "POST",
      headers,
      body: JSON.stringify(input),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const good = { protocol: "openai", baseUrl: gateway.upstreamUrl, credential: CREDENTIAL, allowPrivate: true };
  const tried = await test({ ...good, upstreamModel: "demo-text" });
  expect(tried.body).toMatchObject({
    ok: true,
    models: expect.arrayContaining(["demo-text"]),
    sample: expect.stringContaining("演示上游"),
  });
  expect(await test(good)).toMatchObject({ status: 200, body: { ok: true, sample: "" } });
  expect((await test(good, "0".repeat(64))).status).toBe(404);
  expect((await test({ ...good, credential: "wrong" })).body).toMatchObject({
    ok: false,
    code: "channel_credential_refused",
    parameters: { status: 401 },
  });
  expect((await test({ ...good, allowPrivate: false })).body).toMatchObject({
    ok: false,
    code: "channel_address_refused",
  });
  expect((await test({ ...good, baseUrl: "http://127.0.0.1:9/v1" })).body).toMatchObject({
    ok: false,
    code: "channel_unreachable",
    parameters: { reason: "ECONNREFUSED" },
  });
  expect((await test({ ...good, baseUrl: gateway.upstreamUrl.replace("/v1", "/x") })).body).toMatchObject({
    ok: false,
    code: "channel_not_llm",
  });
  expect((await test({ ...good, baseUrl: gateway.url })).body).toMatchObject({ ok: false });
  expect((await test({ ...good, upstreamModel: "nothing" })).body).toMatchObject({
    ok: false,
    code: "channel_not_llm",
  });
  expect((await test({ protocol: 5 })).body).toMatchObject({ ok: false, code: "invalid_input" });
});
