import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SECRET } from "./testing/scene.ts";
import { createWorkerFixture, until, type WorkerFixture } from "./testing/worker-fixture.ts";
import { startWorkerProcess, type WorkerProcess } from "./testing/worker-process.ts";

const BUDGET_MB = 16;
const BODY_MB = 4;

let gateway: WorkerFixture;
let worker: WorkerProcess;
let dataDir: string;
let secret: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  await gateway.model("big", [channel], { upstreamModel: "demo-chunks-3-every-20ms" });
  await gateway.model("long", [channel], { upstreamModel: "demo-chunks-200000" });
  ({ secret } = await gateway.person(1_000_000_000_000_000n));
  await gateway.inForce();
  dataDir = await mkdtemp(join(tmpdir(), "lyceum-large-"));
  const env = { DATABASE_URL: gateway.databaseUrl, LYCEUM_SECRET: SECRET, LYCEUM_DATA_DIR: dataDir };
  worker = await startWorkerProcess({ ...env, LYCEUM_LARGE_BODIES_MB: String(BUDGET_MB) });
});
afterAll(async () => {
  await worker?.stop();
  await gateway?.close();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

function open(path: string, length: number): ClientRequest {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json", "content-length": length };
  return httpRequest(`${worker.url}${path}`, { method: "POST", agent: false, headers });
}

async function answerTo(path: string, body: Buffer): Promise<{ status: number | undefined; text: string }> {
  const asked = open(path, body.length);
  asked.end(body);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode, text };
}

function prompt(megabytes: number): Buffer {
  const line = "进程与线程的区别是什么？What does a scheduler do? \n";
  const content = line.repeat(Math.ceil((megabytes * 1e6) / Buffer.byteLength(line)));
  return Buffer.from(JSON.stringify({ model: "big", max_tokens: 100, messages: [{ role: "user", content }] }));
}

describe("large bodies", () => {
  it.each([
    ["as they are", "/v1/chat/completions"],
    ["translated", "/v1/messages"],
  ])(
    "take no more memory when many times as many come at a time, %s",
    async (_, path) => {
      const body = prompt(BODY_MB);
      const peakOf = async (count: number) => {
        const answers = Promise.all(Array.from({ length: count }, () => answerTo(path, body)));
        const peak = await worker.peakMbDuring(answers);
        expect(new Set((await answers).map(({ status, text }) => `${status} ${text.includes("0 1 2")}`))).toEqual(
          new Set(["200 true"]),
        );
        return peak;
      };
      const few = await peakOf(4);
      const many = await peakOf(40);
      // Without the budget the many take some 400 MB more; half of that leaves room for a collector that is late on a busy machine.
      expect(many).toBeLessThan(few + 200);
    },
    300_000,
  );

  it("leave their places when their clients leave, whether they wait or are being read", async () => {
    const leaving = Array.from({ length: 12 }, () => open("/v1/chat/completions", 8_000_000));
    for (const each of leaving) {
      each.on("error", () => undefined);
      each.write(Buffer.alloc(100_000, " "));
    }
    await delay(200);
    const small = Buffer.from(JSON.stringify({ model: "big", messages: [{ role: "user", content: "你好" }] }));
    expect((await answerTo("/v1/chat/completions", small)).status).toBe(200);
    for (const each of leaving) each.destroy();
    expect((await answerTo("/v1/chat/completions", prompt(BODY_MB))).status).toBe(200);
  });

  it("are refused without being read where the key is wrong, however many wait", async () => {
    const holding = Array.from({ length: 3 }, () => open("/v1/chat/completions", 8_000_000));
    for (const each of holding) {
      each.on("error", () => undefined);
      each.write(" ");
    }
    await delay(200);
    const headers = { "content-type": "application/json", authorization: "Bearer sk-none" };
    const answer = await fetch(`${worker.url}/v1/messages`, {
      method: "POST",
      headers,
      body: prompt(BODY_MB) as never,
    });
    expect(answer.status).toBe(401);
    for (const each of holding) each.destroy();
  });
});

describe("a client that reads a byte a second", () => {
  it.each(["/v1/chat/completions", "/v1/messages"])(
    "neither grows the worker's memory nor holds others up: %s",
    async (path) => {
      const body = { model: "long", stream: true, messages: [{ role: "user", content: "数" }] };
      const bytes = Buffer.from(JSON.stringify({ ...body, max_tokens: 200_000 }));
      const slow = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const asked = open(path, bytes.length);
          asked.on("error", () => undefined);
          asked.end(bytes);
          const [answer] = (await once(asked, "response")) as [IncomingMessage];
          answer.on("error", () => undefined);
          return { asked, answer };
        }),
      );
      // By now the kernel has taken what it buffers for them, which is not the worker's memory but passed through it.
      await answerTo("/v1/chat/completions", prompt(0.001));
      const begun = worker.residentMb();
      const peak = await worker.peakMbDuring(
        (async () => {
          for (let second = 0; second < 3; second++) {
            for (const { answer } of slow) answer.read(1);
            expect((await answerTo("/v1/chat/completions", prompt(0.001))).status).toBe(200);
            await delay(1_000);
          }
        })(),
      );
      for (const { asked } of slow) asked.destroy();
      // Each has more than 20 MB to come.
      expect(peak - begun).toBeLessThan(40);
      await until(async () => (await gateway.query("select 1 from reservation")).length === 0);
    },
  );
});
