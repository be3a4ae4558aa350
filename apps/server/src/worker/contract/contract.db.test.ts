import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import { cases } from "./cases.ts";
import { contractPage, keyOf } from "./contract-page.ts";
import { faces, openChannels, upstreamIds } from "./pairs.ts";
import { type Outcome, runCase } from "./run-case.ts";

const PAGE = new URL("../../../../../docs/protocols.md", import.meta.url);

let gateway: WorkerFixture;
let secret: string;
const findings = new Map<string, { whole: Outcome; streamed: Outcome }>();

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await openChannels(
    gateway,
    cases.map(({ ask }) => ask.model),
  );
  ({ secret } = await gateway.person(1_000_000_000_000_000n));
  await gateway.inForce();
});
afterAll(() => gateway.close());

describe.each(faces)("$title clients", (face) => {
  describe.each(upstreamIds)("with %s upstreams", (upstream) => {
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
  const page = contractPage(faces, cases, findings);
  if (process.env.LYCEUM_WRITE_CONTRACT === "1") writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, "utf8")).toBe(page);
});
