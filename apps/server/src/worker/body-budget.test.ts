import { AppError } from "@lyceum/domain";
import { ClientGone } from "@lyceum/gateway";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BodyBudget, type BodyShare } from "./body-budget.ts";

const MIB = 1_048_576;
const LIMITS = { totalBytes: 100 * MIB, mostWaiting: 5, longestWaitMs: 1_000 };

/** What has become of a share that was asked for. */
function asked(budget: BodyBudget, mib: number) {
  const share = budget.share();
  const asking = { share, state: "waiting" as "waiting" | "granted" | "overloaded" | "gone" };
  share.take(mib * MIB).then(
    () => {
      asking.state = "granted";
    },
    (error: unknown) => {
      if (error instanceof ClientGone) asking.state = "gone";
      else if (error instanceof AppError && error.code === "overloaded") asking.state = "overloaded";
    },
  );
  return asking;
}
const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a budget for bodies", () => {
  it("lets small ones pass whatever is held", async () => {
    const budget = new BodyBudget(LIMITS);
    asked(budget, 100);
    const small = asked(budget, 1);
    await settled();
    expect(small.state).toBe("granted");
    expect(budget.freeBytes).toBe(0);
  });

  it("serves in the order of arrival: nobody overtakes a large one that waits", async () => {
    const budget = new BodyBudget(LIMITS);
    const first = asked(budget, 60);
    const second = asked(budget, 60);
    const third = asked(budget, 20);
    await settled();
    expect([first, second, third].map(({ state }) => state)).toEqual(["granted", "waiting", "waiting"]);
    first.share.release();
    await settled();
    expect([second, third].map(({ state }) => state)).toEqual(["granted", "granted"]);
    expect(budget.freeBytes).toBe(20 * MIB);
  });

  it("frees the place of a client that leaves, and serves who stood behind it", async () => {
    const budget = new BodyBudget(LIMITS);
    asked(budget, 60);
    const leaving = asked(budget, 60);
    const behind = asked(budget, 40);
    leaving.share.release();
    await settled();
    expect([leaving.state, behind.state, budget.waiting]).toEqual(["gone", "granted", 0]);
  });

  it("refuses whoever waits too long or finds too many waiting, and says when to come again", async () => {
    const budget = new BodyBudget(LIMITS);
    asked(budget, 100);
    const waiting = Array.from({ length: 5 }, () => asked(budget, 2));
    await expect(budget.share().take(2 * MIB)).rejects.toMatchObject({ code: "overloaded", retryAfterMs: 5_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(waiting.map(({ state }) => state)).toEqual(Array(5).fill("overloaded"));
    expect(budget.waiting).toBe(0);
  });

  it("gives a body larger than all of it the whole, once it is alone", async () => {
    const budget = new BodyBudget(LIMITS);
    const first = asked(budget, 2);
    const huge = asked(budget, 500);
    await settled();
    expect(huge.state).toBe("waiting");
    first.share.release();
    await settled();
    expect([huge.state, budget.freeBytes]).toEqual(["granted", 0]);
    huge.share.release();
    expect(budget.freeBytes).toBe(LIMITS.totalBytes);
  });

  it("takes back what turned out not to be needed, and everything once only", async () => {
    const budget = new BodyBudget(LIMITS);
    const { share } = asked(budget, 64);
    share.shrink(20 * MIB);
    expect(budget.freeBytes).toBe(80 * MIB);
    share.shrink(30 * MIB);
    share.shrink(5);
    expect(budget.freeBytes).toBe(100 * MIB);
    share.release();
    share.release();
    expect(budget.freeBytes).toBe(100 * MIB);
    await expect(share.take(2 * MIB)).rejects.toBeInstanceOf(ClientGone);
  });

  it("is never overdrawn and ends whole, and everybody is served or refused in time, in whatever order they come and go", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("arrive" as const), mib: fc.integer({ min: 1, max: 150 }) }),
      fc.record({ kind: fc.constant("shrink" as const), which: fc.nat(), mib: fc.integer({ min: 0, max: 150 }) }),
      fc.record({ kind: fc.constant("end" as const), which: fc.nat() }),
      fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 700 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const budget = new BodyBudget(LIMITS);
        const all: ReturnType<typeof asked>[] = [];
        const pick = (which: number): BodyShare | undefined => all[which % Math.max(1, all.length)]?.share;
        for (const one of steps) {
          if (one.kind === "arrive") all.push(asked(budget, one.mib));
          else if (one.kind === "shrink") pick(one.which)?.shrink(one.mib * MIB);
          else if (one.kind === "end") pick(one.which)?.release();
          else await vi.advanceTimersByTimeAsync(one.ms);
          await settled();
          expect(budget.freeBytes).toBeGreaterThanOrEqual(0);
          expect(budget.freeBytes).toBeLessThanOrEqual(LIMITS.totalBytes);
          expect(budget.waiting).toBeLessThanOrEqual(LIMITS.mostWaiting);
        }
        await vi.advanceTimersByTimeAsync(LIMITS.longestWaitMs);
        expect(all.map(({ state }) => state)).not.toContain("waiting");
        for (const { share } of all) share.release();
        expect([budget.freeBytes, budget.waiting, vi.getTimerCount()]).toEqual([LIMITS.totalBytes, 0, 0]);
      }),
    );
  });
});
