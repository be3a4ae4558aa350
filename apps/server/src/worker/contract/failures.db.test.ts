import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import type { ContractFace, Turn } from "./ask.ts";
import { faces, openChannels, upstreamIds } from "./pairs.ts";
import { send } from "./run-case.ts";

let gateway: WorkerFixture;
let secret: string;
let poor: string;
let accountId: string;

/** Behaviour of the upstream, and the status and Retry-After that the client must see. */
const refusals = [
  ["demo-401", 503, null],
  ["demo-403", 503, null],
  ["demo-404-model", 503, null],
  ["demo-429", 429, 7],
  ["demo-500", 502, null],
  ["demo-503", 502, null],
  ["demo-529", 503, null],
  ["demo-context-too-long", 400, null],
  ["demo-502-html", 502, null],
  ["demo-error-200", 502, null],
] as const;
const faults = ["demo-error-mid-stream", "demo-breaks-3", "demo-ends-3", "demo-error-text-3", "demo-silent-after-3"];

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await openChannels(gateway, ["demo-text", ...refusals.map(([name]) => name), ...faults], true);
  ({ secret, accountId } = await gateway.person(1_000_000_000_000_000n));
  ({ secret: poor } = await gateway.person(0n));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const turns: readonly Turn[] = [{ role: "user", parts: [{ type: "text", text: "hi" }] }];
const asked = (face: ContractFace, model: string, stream: boolean) => face.request({ model, turns, stream });

/** How each face says in the middle of a stream that it failed; and what would say that it went well. */
const errorInStream: Record<string, { says: RegExp; ends: RegExp }> = {
  "openai-chat": { says: /^data: \{"error":\{/m, ends: /\[DONE\]|"finish_reason":"/ },
  "openai-responses": { says: /^event: (?:response\.failed|error)$/m, ends: /response\.completed/ },
  "anthropic-messages": { says: /^event: error$/m, ends: /message_stop|"stop_reason":"/ },
  "gemini-generate": { says: /^data: \{"error":\{"code":\d+/m, ends: /"finishReason"/ },
  "ollama-chat": { says: /^\{"error":"/m, ends: /"done":true/ },
};

const page = /^http:\/\/127\.0\.0\.1:\d+\/(?:docs\/errors#\w+|models)$/;

/** Where a reader of an error goes on: beside the code, in Google's shape as a link of help. */
function consoleUrlIn(body: unknown): unknown {
  const { error, console_url } = body as { error: { console_url?: string; details?: object[] }; console_url?: string };
  const help = error.details?.find((each) => "links" in each) as { links: { url: string }[] } | undefined;
  return console_url ?? error.console_url ?? help?.links[0]?.url;
}

describe.each(faces)("$title clients", (face) => {
  describe.each(upstreamIds)("with %s upstreams", (upstream) => {
    it.each(refusals)("see %s as %i in their own shape", async (model, status, retryAfter) => {
      for (const stream of [false, true]) {
        const answer = await send(gateway, secret, asked(face, `${upstream}.${model}`, stream));
        const body = await answer.text();
        // Anthropic's word for a full house is one wherever it stands (case 51).
        const isFull = model === "demo-error-200" && upstream === "anthropic-messages";
        expect([answer.status, body]).toEqual([isFull ? 503 : status, expect.any(String)]);
        const told = answer.headers.get("retry-after");
        // Until it is over nobody asks again, and who comes later has less to wait.
        // What is out by a hard sign is asked for again later.
        if (retryAfter === null) expect(status === 503 ? [null, "10"] : [null]).toContain(told);
        else expect([1, 2, 3, 4, 5, 6, retryAfter]).toContain(Number(told));
        expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
        expect(face.readError(JSON.parse(body)).length).toBeGreaterThan(5);
        expect(consoleUrlIn(JSON.parse(body))).toMatch(page);
        expect(body).not.toMatch(/sk-upstream-credential|<html/i);
      }
    });

    it.each(faults)("see %s as an error of their protocol, never as a clean end (case 48)", async (model) => {
      const answer = await send(gateway, secret, asked(face, `${upstream}.${model}`, true));
      const text = await answer.text();
      // What failed before any content came has a status of its own.
      if (answer.status !== 200) {
        expect(answer.status).toBeGreaterThanOrEqual(500);
        expect(face.readError(JSON.parse(text)).length).toBeGreaterThan(5);
        return;
      }
      const { says, ends } = errorInStream[face.id] ?? { says: /^$/, ends: /^$/ };
      expect(text).toMatch(says);
      expect(/"(?:console_)?url": ?"([^"]+)"/.exec(text)?.[1]).toMatch(page);
      expect(text).not.toMatch(ends);
    });
  });

  it("see their own faults in their own shape", async () => {
    const model = `${upstreamIds[0]}.demo-text`;
    for (const [status, page, key, name] of [
      [402, "/balance/empty", poor, model],
      [401, "/keys", `sk-${"0".repeat(48)}`, model],
      [404, "/models", secret, "nobody-knows-this"],
    ] as const) {
      const answer = await send(gateway, key, asked(face, name, true));
      const body = await answer.json();
      expect([answer.status, face.readError(body).length > 5]).toEqual([status, true]);
      expect(consoleUrlIn(body)).toBe(`${gateway.url}${page}`);
    }
    const { path, headers } = asked(face, model, false);
    // Who may not say where a request came from can't send a reader elsewhere either.
    const spoofed = {
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      forwarded: "host=evil.example",
    };
    const lured = await gateway.chat("sk-ly-nobody", "{}", { path, headers: { ...headers, ...spoofed } });
    expect(consoleUrlIn(await lured.json())).toBe(`${gateway.url}/keys`);
    const broken = await gateway.chat(secret, '{"model": "x",}', { path, headers: { ...headers } });
    const said = face.readError(await broken.json());
    expect([broken.status, said]).toEqual([400, expect.stringMatching(/第 1 行.*line 1/su)]);
  });
});

it("keeps the books: one record for each request, none charged that failed without output", async () => {
  const records = await gateway.records(accountId);
  expect(records.length).toBeGreaterThan(0);
  const account = await gateway.account(accountId);
  expect(account.reserved).toBe(0n);
});
