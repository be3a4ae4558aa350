import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import { agents } from "./agents.ts";
import { openChannels, upstreamIds } from "./pairs.ts";
import { send } from "./run-case.ts";

let gateway: WorkerFixture;
let secret: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await openChannels(gateway, ["demo-agent-read"]);
  ({ secret } = await gateway.person(1_000_000_000_000_000n));
  await gateway.inForce();
});
afterAll(() => gateway.close());

describe.each(agents)("the requests of $title", ({ face, path, headers, body }) => {
  it.each(upstreamIds)("work with %s upstreams: a call of its tool, and an answer to the result", async (upstream) => {
    const model = `${upstream}.demo-agent-read`;
    const ask = async (request: object) => {
      const answer = await send(gateway, secret, { path: path(model), headers, body: request });
      const said = await answer.text();
      expect([answer.status, answer.status === 200 ? "" : said]).toEqual([200, ""]);
      return face.readStream(said, face.id !== upstream);
    };
    const question = "What does /srv/course/notes.txt say?";
    const seen = await ask(body(model, question));
    expect(seen.finish).toBe("tool-calls");
    expect(seen.calls).toHaveLength(1);
    expect(seen.calls[0]?.args).toContain("/srv/course/notes.txt");
    const last = await ask(body(model, question, { seen, result: "a pomegranate 石榴" }));
    expect(last.text).toBe("The tool said: a pomegranate 石榴");
  });
});
