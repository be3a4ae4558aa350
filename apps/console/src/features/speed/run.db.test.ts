import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { commandLine, createUser, findSpeedRun, getSessionUser, getSettings, startSpeedRun } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { deriveSecret, openSessionCredential, type SessionClaims } from "@lyceum/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { POST } from "#app/(student)/speed/run/route.ts";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import type { SpeedEvent } from "./events.ts";
import { carryOutSpeedRun } from "./run.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

type Asked = {
  claims: SessionClaims | null;
  body: { model: string; messages: { content: string }[] } & Record<string, unknown>;
};

const sessionKey = deriveSecret("0".repeat(64), "gateway-session");
const frame = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const answer = [
  frame({ choices: [{ index: 0, delta: { role: "assistant", content: "" } }] }),
  frame({ choices: [{ index: 0, delta: { content: "a" } }] }),
  frame({ choices: [{ index: 0, delta: { content: "b" } }] }),
  frame({ choices: [], usage: { prompt_tokens: 60, completion_tokens: 2 } }),
  "data: [DONE]\n\n",
].join("");

let drop: () => Promise<void>;
let gateway: Server;
let url: string;
let asked: Asked[] = [];
/** What the gateway does with a request, by its place: 1 is the warm-up. */
let respond: (place: number, response: ServerResponse) => void;
let userId: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  const made = await getDb().$transaction((tx) =>
    createUser(tx, commandLine, {
      studentId: "S000001",
      name: "n",
      role: "student",
      password: "correct horse battery",
    }),
  );
  userId = made.userId;
  const { terms } = await getSettings(getDb());
  await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  gateway = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const credential = (incoming.headers.authorization ?? "").replace("Bearer ", "");
    const body = JSON.parse(Buffer.concat(parts).toString()) as Asked["body"];
    asked.push({ claims: openSessionCredential(sessionKey, credential), body });
    respond(asked.length, response);
  }).listen(0, "127.0.0.1");
  await once(gateway, "listening");
  url = `http://127.0.0.1:${(gateway.address() as { port: number }).port}`;
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(async () => {
  gateway.closeAllConnections();
  await new Promise((resolve) => gateway.close(resolve));
  await drop();
});
beforeEach(async () => {
  asked = [];
  respond = (_place, response) => void response.writeHead(200, { "content-type": "text/event-stream" }).end(answer);
  request.user = await getSessionUser(getDb(), userId);
  request.origin = "http://console.test";
});

async function run(changes: { isCached?: boolean; models?: string[]; signal?: AbortSignal } = {}) {
  const { isCached = false, models = ["m"], signal = new AbortController().signal } = changes;
  const plan = { prompt: "short", language: "en", isCached, concurrency: 1, runs: 10, models } as const;
  const runId = (await startSpeedRun(getDb(), userId, plan)) ?? "";
  const events: SpeedEvent[] = [];
  await carryOutSpeedRun({
    ...{ db: getDb(), runId, plan, signal, sessionKey, gatewayUrl: url },
    person: { id: userId, sessionVersion: 1 },
    groupOf: new Map(models.map((model) => [model, "default"])),
    emit: (event) => events.push(event),
  });
  const found = await findSpeedRun(getDb(), { id: runId, userId });
  if (found === null) throw new Error("the run is gone");
  return { ...found, events };
}

describe("a speed test", () => {
  it("is one warm-up and ten requests of a model, in a person's name, without temperature, each prompt with a first line of its own", async () => {
    const { run: ended, samples, events } = await run({ models: ["m", "n"] });
    expect(ended).toMatchObject({ state: "finished", errorCode: null });
    expect(asked.map(({ body }) => body.model)).toEqual([...Array(11).fill("m"), ...Array(11).fill("n")]);
    expect(asked[0]?.claims).toMatchObject({ userId, groupId: "default", purpose: "speed", sessionVersion: 1 });
    expect(asked[0]?.body).toMatchObject({ stream: true, max_tokens: 256, stream_options: { include_usage: true } });
    expect(Object.keys(asked[0]?.body ?? {}).sort()).toEqual([
      "max_tokens",
      "messages",
      "model",
      "stream",
      "stream_options",
    ]);
    const firstLines = asked.map(({ body }) => body.messages[0]?.content.split("\n")[0]);
    expect(new Set(firstLines).size).toBe(22);
    expect(samples.map(({ place }) => place)).toEqual([...Array(11).keys(), ...Array(11).keys()]);
    expect(samples[1]).toMatchObject({
      tokens: 2,
      isCounted: false,
      inputTokens: 60,
      httpStatus: 200,
      errorCode: null,
    });
    expect(events.at(-1)).toMatchObject({ type: "end", state: "finished" });
  });

  it("says the same each time in a cached run", async () => {
    await run({ isCached: true });
    expect(new Set(asked.map(({ body }) => body.messages[0]?.content)).size).toBe(1);
  });

  it.each([
    [402, "insufficient_balance"],
    [429, "rpm_exceeded"],
  ])("ends at %d, and says why", async (status, code) => {
    respond = (place, response) => {
      if (place < 5) response.writeHead(200).end(answer);
      else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error: { code } }));
    };
    const { run: ended, samples } = await run({ models: ["m", "n"] });
    expect(asked).toHaveLength(5);
    expect(ended).toMatchObject({ state: "failed", errorCode: code });
    expect(samples.map(({ errorCode }) => errorCode)).toEqual([null, null, null, null, code]);
  });

  it("goes on after a failure of the upstream, but not after one at the warm-up of that model", async () => {
    const broken = (response: ServerResponse) =>
      response.writeHead(502).end(JSON.stringify({ error: { code: "upstream_error" } }));
    respond = (place, response) => {
      if (place === 1 || place === 4) broken(response);
      else response.writeHead(200).end(answer);
    };
    const { run: ended, samples } = await run({ models: ["m", "n"] });
    expect(ended.state).toBe("finished");
    expect(samples.filter(({ model }) => model === "m").map(({ errorCode }) => errorCode)).toEqual(["upstream_error"]);
    const codes = samples.filter(({ model }) => model === "n").map(({ errorCode }) => errorCode);
    expect(codes).toEqual([null, null, "upstream_error", ...Array(8).fill(null)]);
  });

  it("is stopped at once in the middle of an answer, and keeps what was measured", async () => {
    const stopping = new AbortController();
    respond = (place, response) => {
      response.writeHead(200);
      if (place < 3) response.end(answer);
      else response.write(answer.slice(0, 40), () => stopping.abort());
    };
    // Its answer never ends: were it waited for, so would this test.
    const { run: ended, samples } = await run({ signal: stopping.signal });
    expect(ended).toMatchObject({ state: "stopped", errorCode: null });
    expect(samples.map(({ errorCode }) => errorCode)).toEqual([null, null, "stopped"]);
  });

  it("takes nonsense for a failure of the upstream, and goes on", async () => {
    respond = (place, response) => {
      if (place === 2) response.writeHead(200).end("data: {oops\n\n");
      else if (place === 3) response.writeHead(503).end("<html>");
      else response.writeHead(200).end(answer);
    };
    const { run: ended, samples } = await run();
    expect(ended.state).toBe("finished");
    expect(samples.map(({ errorCode }) => errorCode).slice(0, 4)).toEqual([
      null,
      "upstream_error",
      "upstream_error",
      null,
    ]);
  });

  it("takes a stream that just stops for a failure", async () => {
    respond = (place, response) => void response.writeHead(200).end(place === 3 ? answer.slice(0, -16) : answer);
    const { samples } = await run();
    expect(samples[2]).toMatchObject({ errorCode: "upstream_error" });
  });
});

describe("who may start one", () => {
  const input = { models: ["m"], prompt: "short", language: "zh", isCached: false, concurrency: 1 };
  const post = async (body: unknown, origin = "http://console.test") => {
    const headers = { host: "console.test", origin, "content-type": "application/json" };
    const response = await POST(
      new Request("http://console.test/speed/run", { method: "POST", headers, body: JSON.stringify(body) }),
    );
    return [response.status, ((await response.json()) as { code: string }).code];
  };

  it("is somebody signed in, from our own pages, for models and numbers that are theirs", async () => {
    expect(await post(input, "http://evil.test")).toEqual([403, "foreign_origin"]);
    expect(await post({ ...input, models: [] })).toEqual([400, "invalid_input"]);
    expect(await post({ ...input, models: Array(7).fill("m") })).toEqual([400, "invalid_input"]);
    // A model that there isn't, and what only staff may.
    expect(await post(input)).toEqual([403, "not_yours"]);
    expect(await post({ ...input, concurrency: 8 })).toEqual([403, "not_yours"]);
    request.user = null;
    expect(await post(input)).toEqual([401, "signed_out"]);
    expect(asked).toEqual([]);
  });
});
