import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { ClientGone } from "@lyceum/gateway";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyBudget } from "./body-budget.ts";
import { readBody } from "./read-body.ts";

const MIB = 1_048_576;
const LIMIT = 8 * MIB;
const budgetOf = (totalBytes: number, longestWaitMs = 20_000) =>
  new BodyBudget({ totalBytes, mostWaiting: 100, longestWaitMs });

/** A request whose bytes come when the test says so. */
function incoming(headers: Record<string, string>) {
  const stream = new PassThrough({ highWaterMark: 16_384 });
  return { stream, request: Object.assign(stream, { headers }) as unknown as IncomingMessage };
}
const length = (bytes: number) => ({ "content-length": String(bytes) });
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("readBody", () => {
  it("gives a body in one piece as it was sent, by its length and in chunks", async () => {
    for (const headers of [length(2 * MIB), { "transfer-encoding": "chunked" }]) {
      const { stream, request } = incoming(headers);
      const share = budgetOf(16 * MIB).share();
      const reading = readBody(request, LIMIT, share);
      const sent = Buffer.alloc(2 * MIB, "0123456789abcdef#");
      stream.end(sent);
      expect((await reading).equals(sent)).toBe(true);
    }
  });

  it("reads nothing of a large one while there is no room, and all of it then", async () => {
    const budget = budgetOf(4 * MIB);
    const before = budget.share();
    await before.take(3 * MIB);
    const { stream, request } = incoming(length(2 * MIB));
    const reading = readBody(request, LIMIT, budget.share());
    const isWanted = stream.write(Buffer.alloc(MIB));
    await turn();
    expect([isWanted, stream.readableFlowing, budget.waiting]).toEqual([false, null, 1]);
    before.release();
    stream.end(Buffer.alloc(MIB));
    expect((await reading).length).toBe(2 * MIB);
  });

  it("takes room for the most that may come where a body in chunks becomes large, and pauses it until then", async () => {
    const budget = budgetOf(10 * MIB);
    const before = budget.share();
    await before.take(3 * MIB);
    const { stream, request } = incoming({});
    const share = budget.share();
    const reading = readBody(request, LIMIT, share);
    stream.write(Buffer.alloc(MIB + 1));
    await turn();
    await turn();
    expect([request.isPaused(), budget.freeBytes, budget.waiting]).toEqual([true, 7 * MIB, 1]);
    before.release();
    await turn();
    expect([request.isPaused(), budget.freeBytes]).toEqual([false, 2 * MIB]);
    stream.end();
    expect((await reading).length).toBe(MIB + 1);
  });

  it("takes room for the most that may come of one that is compressed", async () => {
    const budget = budgetOf(20 * MIB);
    const { stream, request } = incoming({ ...length(2 * MIB), "content-encoding": "gzip" });
    const reading = readBody(request, LIMIT, budget.share());
    stream.end(Buffer.alloc(2 * MIB));
    await reading;
    expect(budget.freeBytes).toBe(12 * MIB);
  });

  it("never waits with a small one", async () => {
    const budget = budgetOf(2 * MIB);
    await budget.share().take(2 * MIB);
    const { stream, request } = incoming(length(MIB));
    const reading = readBody(request, LIMIT, budget.share());
    stream.end(Buffer.alloc(MIB));
    expect((await reading).length).toBe(MIB);
  });

  it("refuses what is too long, by its length at once and in chunks as it shows", async () => {
    const told = incoming(length(LIMIT + 1));
    await expect(readBody(told.request, LIMIT, budgetOf(MIB).share())).rejects.toMatchObject({
      code: "body_too_large",
    });
    const { stream, request } = incoming({});
    const reading = readBody(request, LIMIT, budgetOf(20 * MIB).share());
    stream.end(Buffer.alloc(LIMIT + 1));
    await expect(reading).rejects.toMatchObject({ code: "body_too_large" });
  });

  it("refuses one in chunks for which there is no room in time, and reads on so that its client hears of it", async () => {
    const budget = budgetOf(4 * MIB, 20);
    await budget.share().take(4 * MIB);
    const { stream, request } = incoming({});
    const reading = readBody(request, LIMIT, budget.share());
    stream.write(Buffer.alloc(2 * MIB));
    await expect(reading).rejects.toMatchObject({ code: "overloaded" });
    await turn();
    expect(request.isPaused()).toBe(false);
  });

  it("gives up its place when its client leaves, before and after it has begun to read", async () => {
    for (const headers of [length(3 * MIB), {}]) {
      const budget = budgetOf(4 * MIB);
      const before = budget.share();
      await before.take(3 * MIB);
      const { stream, request } = incoming(headers);
      const reading = readBody(request, LIMIT, budget.share());
      stream.write(Buffer.alloc(2 * MIB));
      await turn();
      await turn();
      expect(budget.waiting).toBe(1);
      stream.destroy();
      await expect(reading).rejects.toBeInstanceOf(ClientGone);
      expect(budget.waiting).toBe(0);
      before.release();
      expect(budget.freeBytes).toBe(4 * MIB);
    }
  });

  it("ends every body, served or refused, with the budget whole, in whatever sizes and order they come", async () => {
    const body = fc.record({ kib: fc.integer({ min: 1, max: 4_096 }), isChunked: fc.boolean(), leaves: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(body, { maxLength: 8 }), async (bodies) => {
        const budget = budgetOf(6 * MIB);
        await Promise.all(
          bodies.map(async ({ kib, isChunked, leaves }) => {
            const { stream, request } = incoming(isChunked ? {} : length(kib * 1_024));
            const share = budget.share();
            const reading = readBody(request, 5 * MIB, share);
            stream.write(Buffer.alloc(kib * 512));
            if (leaves) setImmediate(() => stream.destroy());
            else stream.end(Buffer.alloc(kib * 512));
            const outcome = await Promise.resolve(reading).then(
              (read) => read.length,
              (error: unknown) => error,
            );
            if (leaves) expect(outcome).toBeInstanceOf(ClientGone);
            else expect(outcome).toBe(kib * 1_024);
            expect(budget.freeBytes).toBeGreaterThanOrEqual(0);
            await turn();
            share.release();
          }),
        );
        expect([budget.freeBytes, budget.waiting]).toEqual([6 * MIB, 0]);
      }),
      { numRuns: 50 },
    );
  });
});
