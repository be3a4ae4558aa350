import { request as httpRequest, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawAnswer, type RawUpstream, startRawUpstream } from "../testing/raw-upstream.ts";
import type { UsageRow } from "../testing/scene.ts";
import { createWorkerFixture, until, type WorkerFixture } from "../testing/worker-fixture.ts";
import type { ContractFace } from "./ask.ts";
import { faces } from "./pairs.ts";
import { events, lines, sse } from "./raw/frames.ts";
import { send } from "./run-case.ts";

/** How upstreams of each protocol begin a stream that goes on for ever, and one piece of it. */
type Endless = { readonly provider: string; readonly path: string; readonly head: string; piece(text: string): string };

const at = { output_index: 0, item_id: "msg_1", content_index: 0 };
const message = { id: "msg_1", type: "message", role: "assistant", content: [] };
const response = { id: "resp_1", object: "response", created_at: 1, status: "in_progress", model: "m", output: [] };
const upstreams: Readonly<Record<string, Endless>> = {
  "openai-chat": {
    provider: "openai",
    path: "/v1",
    head: "",
    piece: (content) =>
      sse({
        id: "c",
        object: "chat.completion.chunk",
        created: 1,
        model: "m",
        choices: [{ index: 0, delta: { content }, finish_reason: null }],
      }),
  },
  "openai-responses": {
    provider: "openai-responses",
    path: "/v1",
    head: events(
      { type: "response.created", sequence_number: 0, response },
      { type: "response.in_progress", sequence_number: 1, response },
      { type: "response.output_item.added", sequence_number: 2, output_index: 0, item: message },
      {
        type: "response.content_part.added",
        sequence_number: 3,
        ...at,
        part: { type: "output_text", text: "", annotations: [] },
      },
    ),
    piece: (delta) => events({ type: "response.output_text.delta", ...at, delta }),
  },
  "anthropic-messages": {
    provider: "anthropic",
    path: "/v1",
    head: events(
      {
        type: "message_start",
        message: {
          ...message,
          model: "m",
          type: "message",
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 7, output_tokens: 1 },
        },
      },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ),
    piece: (text) => events({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
  },
  "gemini-generate": {
    provider: "gemini",
    path: "/v1beta",
    head: "",
    piece: (text) =>
      sse({ candidates: [{ content: { role: "model", parts: [{ text }] }, index: 0 }], modelVersion: "m" }),
  },
  "ollama-chat": {
    provider: "ollama",
    path: "",
    head: "",
    piece: (content) =>
      lines({ model: "m", created_at: "2026-01-01T00:00:00Z", message: { role: "assistant", content }, done: false }),
  },
};
const turns = [{ role: "user", parts: [{ type: "text", text: "hi" }] }] as const;
const pairs = faces.flatMap((face) =>
  Object.keys(upstreams).map((protocol) => ({ title: face.title, face, protocol })),
);

let gateway: WorkerFixture;
let upstream: RawUpstream;
let secret: string;
let accountId: string;
/** Bytes that the upstreams of `flood` could hand over so far. */
let poured = 0;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  upstream = await startRawUpstream();
  await gateway.group("default", { isOpen: true });
  for (const [protocol, { provider, path, head, piece }] of Object.entries(upstreams)) {
    const timeouts = { idleTimeoutMs: 10_000, totalTimeoutMs: 60_000 };
    const channel = await gateway.channel(protocol, upstream.url + path, { protocol: provider, ...timeouts });
    const answers: Readonly<Record<string, RawAnswer>> = {
      silent: { serve: () => undefined },
      begun: { body: [head + piece("one ")], ending: "silence" },
      endless: { serve: (to) => void drip(to, head, piece("word ")) },
      flood: { serve: (to) => void flood(to, head, piece("x".repeat(50_000))) },
    };
    for (const [name, answer] of Object.entries(answers)) {
      upstream.answers.set(`${protocol}.${name}`, answer);
      await gateway.model(`${protocol}.${name}`, [channel], { usualOutputTokens: 25 });
    }
  }
  ({ secret, accountId } = await gateway.person(1_000_000_000_000_000n));
  await gateway.inForce();
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

describe.each(pairs)("$title clients of $protocol upstreams (cases 48, 52)", ({ face, protocol }) => {
  it.each([0, 1, 3])("that leave after %i chunks stop the upstream, and pay once", async (chunks) => {
    const cut = upstream.cut();
    const asked = upstream.asked.length;
    const model = `${protocol}.${chunks === 0 ? "silent" : "endless"}`;
    const controller = new AbortController();
    const { path, headers, body } = ask(face, model, true);
    const leaving = gateway.chat(secret, body, { path, headers, signal: controller.signal });
    if (chunks === 0) {
      await until(() => upstream.asked.length > asked);
      controller.abort();
      await expect(leaving).rejects.toThrow();
    } else {
      const reader = (await leaving).body?.getReader();
      for (let count = 0; count < chunks; count++) await reader?.read();
      controller.abort();
    }
    await until(() => upstream.cut() > cut);
    const record = await settled(model);
    // Anthropic has told by then what its first piece costs; nobody else has.
    if (protocol !== "anthropic-messages") expect(record.is_estimated).toBe(true);
    expect(record.outcome).toBe("client-gone");
    expect(record.input_tokens).toBeGreaterThan(0);
    expect(record.output_tokens).toBeGreaterThanOrEqual(chunks);
    expect(BigInt(record.charge_nanos)).toBeGreaterThan(0n);
  });

  it("that leave while they wait for a whole answer stop the upstream, and pay what was sent", async () => {
    const cut = upstream.cut();
    const asked = upstream.asked.length;
    const controller = new AbortController();
    const { path, headers, body } = ask(face, `${protocol}.silent`, false);
    const leaving = gateway.chat(secret, body, { path, headers, signal: controller.signal });
    await until(() => upstream.asked.length > asked);
    controller.abort();
    await expect(leaving).rejects.toThrow();
    await until(() => upstream.cut() > cut);
    expect(await settled(`${protocol}.silent`)).toMatchObject({ outcome: "client-gone", output_tokens: 0 });
  });

  it("get a proper end for length where the balance ends in the middle, and owe nothing", async () => {
    const poor = await gateway.person(500_000n);
    const request = ask(face, `${protocol}.endless`, true);
    const answer = await send(gateway, poor.secret, request);
    const text = await answer.text();
    expect([answer.status, text]).toEqual([200, expect.any(String)]);
    const seen = face.readStream(text, face.id !== protocol);
    expect(seen.finish).toBe("length");
    expect(seen.text).toMatch(/^(?:word )+$/);
    const [record] = await gateway.records(poor.accountId);
    // Where the upstream must be given a limit, it got what the balance pays, and doesn't heed it here.
    expect(record).toMatchObject({ outcome: "cut", uncollected_nanos: "0" });
    const account = await gateway.account(poor.accountId);
    expect(account.reserved).toBe(0n);
    expect(account.balance).toBeGreaterThanOrEqual(0n);
  });
});

it("tells clients of every protocol when a worker that shuts down cuts their streams", async () => {
  const worker = await gateway.startWorker();
  const streams = await Promise.all(
    pairs.map(async ({ face, protocol }) => {
      const { path, headers, body } = ask(face, `${protocol}.endless`, true);
      const answer = await fetch(`http://127.0.0.1:${worker.port}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return { pair: `${face.id} ${protocol}`, answer };
    }),
  );
  const texts = streams.map(async ({ pair, answer }) => ({ pair, text: await answer.text() }));
  await worker.drain(50);
  for (const { pair, text } of await Promise.all(texts)) {
    expect(text, pair).toMatch(/overloaded|server_error|UNAVAILABLE/);
    expect(text, pair).not.toMatch(/\[DONE\]|message_stop|response\.completed|"done":true|"finishReason"/);
  }
  const cut = await gateway.query("select from usage_record where outcome = 'cut' and account_id = $1", [accountId]);
  expect(cut).toHaveLength(pairs.length);
});

it("holds an upstream back for a client that reads nothing, and nobody else with it", async () => {
  poured = 0;
  const sockets = pairs.map(({ face, protocol }) => {
    const { path, headers, body } = ask(face, `${protocol}.flood`, true);
    const request = httpRequest(`${gateway.url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
    });
    request.on("response", (answer) => answer.pause());
    request.on("error", () => undefined); // destroyed below
    request.end(JSON.stringify(body));
    return request;
  });
  // Comes to a standstill once the sockets on both sides are full.
  let soFar = -1;
  await until(async () => {
    const isStill = poured > 0 && poured === soFar;
    soFar = poured;
    if (!isStill) await sleep(500);
    return isStill;
  });
  const { path, headers, body } = ask(faces[0] as ContractFace, "openai-chat.begun", true);
  const answer = await gateway.chat(secret, body, { path, headers });
  await answer.body?.getReader().read();
  // Each has 100 MB to give.
  expect(poured / pairs.length).toBeLessThan(12_000_000);
  for (const socket of sockets) socket.destroy();
});

it("leaves nothing reserved, and books that are right", async () => {
  await until(async () => (await gateway.query("select from reservation")).length <= 1);
  expect(await gateway.differences()).toEqual([]);
});

function ask(face: ContractFace, model: string, stream: boolean) {
  const request = face.request({ model, turns, stream });
  const { max_tokens: _, ...body } = request.body as Record<string, unknown>;
  return { ...request, headers: { ...request.headers }, body };
}

async function settled(model: string): Promise<UsageRow> {
  const newest = async () => {
    const text = "select * from usage_record where account_id = $1 order by id desc limit 1";
    const [row] = await gateway.query<UsageRow>(text, [accountId]);
    return row?.requested_model === model ? row : null;
  };
  await until(async () => (await newest()) !== null && (await gateway.account(accountId)).reserved === 0n);
  return (await newest()) as UsageRow;
}

async function drip(to: ServerResponse, head: string, piece: string): Promise<void> {
  to.writeHead(200).write(head + piece);
  while (!to.destroyed) {
    await sleep(5);
    to.write(piece);
  }
}

async function flood(to: ServerResponse, head: string, piece: string): Promise<void> {
  const closed = new Promise((resolve) => to.once("close", resolve));
  to.writeHead(200).write(head);
  for (let count = 0; count < 2_000 && !to.destroyed; count++) {
    if (!to.write(piece)) await Promise.race([new Promise((resolve) => to.once("drain", resolve)), closed]);
    poured += piece.length;
  }
}
