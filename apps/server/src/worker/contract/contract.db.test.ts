import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import { cases } from "./cases.ts";
import { contractPage, type Findings, keyOf } from "./contract-page.ts";
import { anthropicMessagesFace } from "./faces/anthropic-messages.ts";
import { geminiGenerateFace } from "./faces/gemini-generate.ts";
import { ollamaChatFace } from "./faces/ollama-chat.ts";
import { openaiChatFace } from "./faces/openai-chat.ts";
import { openaiResponsesFace } from "./faces/openai-responses.ts";
import { type Outcome, runCase } from "./run-case.ts";

const everyFace = [openaiChatFace, openaiResponsesFace, anthropicMessagesFace, geminiGenerateFace, ollamaChatFace];
/** Those whose adapters are there. */
const ready = ["openai-chat"];
const faces = everyFace.filter(({ id }) => ready.includes(id));
/** By protocol: the provider and the base URL of its channel at the demo upstream. */
const upstreams = {
  "openai-chat": { provider: "openai", path: "/v1" },
  "openai-responses": { provider: "openai-responses", path: "/v1" },
  "anthropic-messages": { provider: "anthropic", path: "/v1" },
  "gemini-generate": { provider: "gemini", path: "/v1beta" },
  "ollama-chat": { provider: "ollama", path: "" },
} as const;
const PAGE = new URL("../../../../../docs/protocols.md", import.meta.url);

let gateway: WorkerFixture;
let secret: string;
const findings = new Map<string, { whole: Outcome; streamed: Outcome }>();

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  for (const [protocol, { provider, path }] of Object.entries(upstreams)) {
    const channel = await gateway.channel(protocol, `${gateway.upstream.url}${path}`, { protocol: provider });
    for (const name of new Set(cases.map(({ ask }) => ask.model)))
      await gateway.model(`${protocol}.${name}`, [channel], { upstreamModel: name });
  }
  ({ secret } = await gateway.person(1_000_000_000_000_000n));
  await gateway.inForce();
});
afterAll(() => gateway.close());

describe.each(faces)("$title clients", (face) => {
  describe.each(Object.keys(upstreams).filter((id) => ready.includes(id)))("with %s upstreams", (upstream) => {
    it.each(cases)("$id", async (each) => {
      const whole = await runCase(gateway, secret, face, upstream, each, false);
      const streamed = await runCase(gateway, secret, face, upstream, each, true);
      findings.set(keyOf(face.id, upstream, each.id), { whole, streamed });
      for (const outcome of [whole, streamed]) {
        if (outcome.kind === "lost") expect.unreachable(outcome.detail);
        // Nothing is refused or left out that this upstream can be told. Between equal protocols the upstream itself may refuse.
        const isExcused =
          each.exceptions?.[upstream] !== undefined || (face.id === upstream && outcome.kind === "refused");
        if (!isExcused) expect(outcome).toMatchObject({ kind: expect.stringMatching(/^(?:kept|unsayable)$/) });
      }
    });
  });
});

it("is what docs/protocols.md says", () => {
  const page = contractPage(faces, cases, findings satisfies Findings);
  if (process.env.LYCEUM_WRITE_CONTRACT === "1") writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, "utf8")).toBe(page);
});
