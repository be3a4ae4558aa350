import { afterAll, beforeAll, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import type { Ask } from "./ask.ts";
import { faces, openChannels, upstreamIds } from "./pairs.ts";
import { send } from "./run-case.ts";

/** ⌈2 bytes / 4⌉ input and 14 output tokens of demo-text, at ¥2 and ¥8 a million. */
const COST_NANOS = 2_000n + 14n * 8_000n;
const CALLS_PAID_FOR = 12n;
const LIMIT = 40;

let gateway: WorkerFixture;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await openChannels(gateway, ["demo-text"]);
  await gateway.inForce();
});
afterAll(() => gateway.close());

it("holds one balance against parallel calls of every pair, streamed and not (first of the twelve tests)", async () => {
  const person = await gateway.person(COST_NANOS * CALLS_PAID_FOR);
  const asks = faces.flatMap((face) =>
    upstreamIds.flatMap((upstream) =>
      [false, true, false, true].map((stream) => {
        const turns = [{ role: "user", parts: [{ type: "text", text: "hi" }] }] as const;
        const ask: Ask = { model: `${upstream}.demo-text`, stream, turns, limit: LIMIT };
        return { face, upstream, stream, request: face.request(ask) };
      }),
    ),
  );
  const answers = await Promise.all(
    asks.map(async ({ face, upstream, stream, request }) => {
      const answer = await send(gateway, person.secret, request);
      const body = await answer.text();
      if (answer.status === 200) {
        const seen = stream ? face.readStream(body, face.id !== upstream) : face.readWhole(JSON.parse(body));
        expect(seen.text).not.toBe("");
      } else expect([answer.status, face.readError(JSON.parse(body)).length > 5]).toEqual([402, true]);
      return answer.status;
    }),
  );
  const paid = answers.filter((status) => status === 200).length;
  const records = await gateway.records(person.accountId);
  const account = await gateway.account(person.accountId);
  expect(paid).toBeGreaterThan(0);
  expect(BigInt(paid)).toBeLessThanOrEqual(CALLS_PAID_FOR);
  expect(records).toHaveLength(paid);
  expect(account).toEqual({ balance: COST_NANOS * (CALLS_PAID_FOR - BigInt(paid)), reserved: 0n });
  expect(await gateway.query("select * from verify_ledger()")).toEqual([]);
});
