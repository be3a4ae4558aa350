import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREDENTIAL } from "./testing/scene.ts";
import { createWorkerFixture, eventsOf, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let person: Awaited<ReturnType<WorkerFixture["person"]>>;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  const hasty = await gateway.channel("hasty", gateway.upstreamUrl, { idleTimeoutMs: 2_000, totalTimeoutMs: 4_000 });
  const closed = await gateway.channel("closed", "http://127.0.0.1:9/v1");
  const wrong = await gateway.channel("wrong", gateway.upstreamUrl.replace("/v1", "/nowhere"));
  for (const name of [
    "demo-401",
    "demo-403",
    "demo-404-model",
    "demo-429",
    "demo-500",
    "demo-502-html",
    "demo-error-200",
    "demo-no-top-p-1",
  ]) {
    // Each with a channel of its own, once for streams and once not: what an upstream says of one is nothing to the others.
    for (const publicName of [`false.${name}`, `true.${name}`])
      await gateway.model(publicName, [await gateway.channel(publicName, gateway.upstreamUrl)], {
        upstreamModel: name,
      });
  }
  for (const name of ["demo-error-mid-stream", "demo-breaks-0", "demo-breaks-3", "demo-wrong-json", "demo-chunks-20"]) {
    await gateway.model(name, [channel]);
  }
  for (const name of ["demo-silent", "demo-silent-after-3", "demo-chunks-100-every-100ms"])
    await gateway.model(name, [hasty]);
  await gateway.model("closed-only", [closed]);
  await gateway.model("wrong-path", [wrong], { upstreamModel: "demo-fast" });
  await gateway.model("second-try", [closed, channel], { upstreamModel: "demo-fast" });
  await gateway.model("secret-name", [channel], { upstreamModel: "demo-no-top-p-1" });
  person = await gateway.person(1_000n * YUAN);
  await gateway.inForce();
});
afterAll(() => gateway.close());

async function ask(model: string, more: object = {}) {
  const answer = await gateway.chat(person.secret, { model, messages: hello, ...more });
  const text = await answer.text();
  const last = (await gateway.records(person.accountId)).at(-1);
  return { status: answer.status, headers: answer.headers, text, last };
}

describe.each([false, true])("an upstream that refuses (stream: %s)", (stream) => {
  it.each([
    ["demo-401", 503, "upstream_unavailable"],
    ["demo-403", 503, "upstream_unavailable"],
    ["demo-404-model", 503, "upstream_unavailable"],
    ["demo-429", 429, "upstream_rate_limited"],
    ["demo-500", 502, "upstream_error"],
    ["demo-502-html", 502, "upstream_error"],
    ["demo-error-200", 502, "upstream_error"],
    ["closed-only", 503, "upstream_unavailable"],
    ["wrong-path", 502, "upstream_error"],
  ])("%s becomes %i %s, charged nothing, recorded once", async (model, status, code) => {
    const before = (await gateway.records(person.accountId)).length;
    const answer = await ask(model.startsWith("demo") ? `${stream}.${model}` : model, { stream });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).error).toMatchObject({ code });
    expect(answer.last).toMatchObject({ outcome: "failed", error_code: code, http_status: status, charge_nanos: "0" });
    expect(await gateway.records(person.accountId)).toHaveLength(before + 1);
    // Neither our credential nor the upstream's words about it leave us.
    expect(answer.text).not.toContain(CREDENTIAL.slice(0, 12));
    expect(answer.text).not.toContain("API key");
    if (model === "demo-429") expect(["4", "5", "6", "7"]).toContain(answer.headers.get("retry-after"));
  });

  it("a field of the request is told why, without the upstream's own name for the model", async () => {
    const answer = await ask("secret-name", { stream, top_p: 1 });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error.message).toContain("top_p must be in (0, 1), got 1.0");
    expect(answer.text).not.toContain("demo-no-top-p-1");
    expect((await ask("secret-name", { stream })).status).toBe(200);
  });
});

describe("a stream", () => {
  it.each(["demo-error-mid-stream", "demo-breaks-3", "demo-wrong-json", "demo-silent-after-3"])(
    "from %s ends with an error event and without [DONE]",
    async (model) => {
      const { status, text, last } = await ask(model, { stream: true });
      expect(status).toBe(200);
      const events = eventsOf(text);
      expect(events).not.toContain("[DONE]");
      const { error } = JSON.parse(events.at(-1) ?? "{}");
      expect(error.code).toBe(model === "demo-silent-after-3" ? "upstream_timeout" : "upstream_error");
      expect(error.request_id).toMatch(/^req_/);
      expect(text).not.toContain("The engine died");
      for (const data of events) expect(() => JSON.parse(data)).not.toThrow();
      expect(last).toMatchObject({ outcome: "failed", is_estimated: true });
      expect(last?.output_tokens).toBeGreaterThan(0);
    },
  );

  it("that never begins has a real status", async () => {
    expect(await ask("demo-breaks-0", { stream: true })).toMatchObject({
      status: 502,
      last: { charge_nanos: "0", outcome: "failed" },
    });
    expect(await ask("demo-silent", { stream: true })).toMatchObject({
      status: 504,
      last: { charge_nanos: "0", error_code: "upstream_timeout" },
    });
  });

  it("that goes on for too long is ended, and what came is charged", async () => {
    const { text, last } = await ask("demo-chunks-100-every-100ms", { stream: true });
    expect(eventsOf(text).at(-1)).toContain("upstream_timeout");
    expect(last?.output_tokens).toBeGreaterThan(5);
    // A chunk is a number and a blank: two tokens or so.
    expect(last?.output_tokens).toBeLessThan(120);
  });
});

describe("a whole answer", () => {
  it.each([
    ["demo-breaks-3", 502],
    ["demo-wrong-json", 502],
    ["demo-silent", 504],
  ])("from %s that can't be used is %i and charged nothing", async (model, status) => {
    expect(await ask(model)).toMatchObject({ status, last: { outcome: "failed", charge_nanos: "0" } });
  });
});

it("tries the next deployment when one can't be reached, and says so in the record", async () => {
  expect(await ask("second-try")).toMatchObject({ status: 200, last: { attempts: 2, outcome: "finished" } });
});

it("never goes to a disabled deployment or channel", async () => {
  await gateway.query("update channel set is_enabled = false where name = 'closed'");
  await gateway.inForce();
  expect(await ask("second-try")).toMatchObject({ status: 200, last: { attempts: 1 } });
  expect((await ask("closed-only")).status).toBe(503);
});

it("leaves no reservation and books that add up", async () => {
  expect(await gateway.query("select from reservation")).toEqual([]);
  expect(await gateway.differences()).toEqual([]);
});
