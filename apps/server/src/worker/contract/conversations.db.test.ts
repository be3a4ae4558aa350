import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import type { Ask, ContractFace, Seen, Turn } from "./ask.ts";
import { weather } from "./case-words.ts";
import { faces, openChannels, upstreamIds } from "./pairs.ts";
import { send } from "./run-case.ts";

let gateway: WorkerFixture;
let secret: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await openChannels(gateway, ["demo-thinking-tools", "demo-parallel-tools", "demo-redacted-thinking", "demo-inspect"]);
  ({ secret } = await gateway.person(1_000_000_000_000_000n));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const question: Turn = { role: "user", parts: [{ type: "text", text: "天气？" }] };

async function ask(face: ContractFace, upstream: string, wish: Ask): Promise<Seen> {
  const answer = await send(gateway, secret, face.request({ ...wish, model: `${upstream}.${wish.model}` }));
  const body = await answer.text();
  if (answer.status !== 200)
    throw new Error(`HTTP ${answer.status}: ${body}\nsent ${gateway.upstream.requests().at(-1)?.body}`);
  return wish.stream ? face.readStream(body, face.id !== upstream) : face.readWhole(JSON.parse(body));
}

const results = (seen: Seen): Turn => ({
  role: "tool",
  results: seen.calls.map(({ id, name }, index) => ({ id, name, text: `result ${index}` })),
});

/** Clients send back what they were given; the demo upstream refuses thoughts and calls whose signature was lost or altered on the way. */
describe.each(faces)("a conversation of $title clients", (face) => {
  describe.each(upstreamIds)("with %s upstreams", (upstream) => {
    it.each([false, true])("brings thoughts and signatures back (cases 22 to 24), streamed: %s", async (stream) => {
      const wish = { model: "demo-thinking-tools", stream, tools: [weather], effort: "medium" as const };
      const first = await ask(face, upstream, { ...wish, turns: [question] });
      expect(first.calls).toHaveLength(1);
      expect(first.finish).toBe("tool-calls");
      const echo: Turn = { role: "echo", reply: first.reply };
      const second = await ask(face, upstream, { ...wish, turns: [question, echo, results(first)] });
      expect(second.text.length).toBeGreaterThan(3);
      const third = await ask(face, upstream, {
        ...wish,
        turns: [question, echo, results(first), { role: "echo", reply: second.reply }, question],
      });
      expect(third.text + JSON.stringify(third.calls)).not.toBe("[]");
    });

    it.each([false, true])(
      "brings parallel calls and their results together (case 6), streamed: %s",
      async (stream) => {
        const wish = { model: "demo-parallel-tools", stream, tools: [weather, { ...weather, name: "get_time" }] };
        const first = await ask(face, upstream, { ...wish, turns: [question] });
        expect(first.calls).toHaveLength(2);
        const turns: Turn[] = [question, { role: "echo", reply: first.reply }, results(first)];
        const second = await ask(face, upstream, { ...wish, model: "demo-inspect", turns });
        const { toolResults } = JSON.parse(second.text) as { toolResults: { name: string; text: string }[] };
        expect(toolResults.map(({ name, text }) => [name, text])).toEqual(
          first.calls.map(({ name }, index) => [name, `result ${index}`]),
        );
      },
    );

    it.each([false, true])("brings redacted thoughts back (case 23), streamed: %s", async (stream) => {
      const wish = { model: "demo-redacted-thinking", stream, effort: "medium" as const };
      const first = await ask(face, upstream, { ...wish, turns: [question] });
      const second = await ask(face, upstream, {
        ...wish,
        turns: [question, { role: "echo", reply: first.reply }, question],
      });
      expect(second.text).toBe(first.text);
    });
  });
});
