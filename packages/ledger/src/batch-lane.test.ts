import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BatchLane, type ItemResult } from "./batch-lane.ts";

/** A lane whose batches return when the test says so. */
function createScene(maximum = 128) {
  const batches: number[][] = [];
  const returns: (() => void)[] = [];
  const lane = new BatchLane<number, number>((items) => {
    batches.push([...items]);
    const { promise, resolve } = Promise.withResolvers<readonly ItemResult<number>[]>();
    returns.push(() => resolve(items.map((value) => ({ value }))));
    return promise;
  }, maximum);
  const add = (from: number, to: number) => {
    for (let item = from; item <= to; item++) void lane.add(item);
  };
  const giveBack = async (index: number) => {
    returns[index]?.();
    await turn();
  };
  return { lane, add, batches, giveBack };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

// Turns of the event loop are real, time stands still.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("BatchLane", () => {
  it("sends thin traffic on without waiting for more", async () => {
    const { add, batches, giveBack } = createScene();
    add(1, 3);
    await turn();
    add(4, 5);
    await giveBack(0);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it("joins the half that waited with the half that comes back", async () => {
    const { add, batches, giveBack } = createScene();
    add(1, 6);
    await turn();
    add(7, 12);
    await giveBack(0);
    expect(batches).toHaveLength(1);
    add(13, 18);
    await turn();
    expect(batches[1]).toHaveLength(12);
  });

  it("remembers what to expect when everything was in the batch", async () => {
    const { add, batches, giveBack } = createScene();
    add(1, 8);
    await turn();
    await giveBack(0);
    add(9, 12);
    await turn();
    expect(batches).toHaveLength(1);
    add(13, 16);
    await turn();
    expect(batches[1]).toHaveLength(8);
  });

  it("leaves after a few milliseconds without those that do not come", async () => {
    const { lane, add, batches, giveBack } = createScene();
    add(1, 20);
    await turn();
    add(21, 21);
    await giveBack(0);
    vi.advanceTimersByTime(3);
    await turn();
    expect(batches).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await turn();
    expect(batches[1]).toEqual([21]);
    await giveBack(1);
    await lane.whenIdle();
  });

  it("waits no more once those few milliseconds are over", async () => {
    const { add, batches, giveBack } = createScene();
    add(1, 20);
    await turn();
    await giveBack(0);
    vi.advanceTimersByTime(5);
    add(21, 21);
    await turn();
    expect(batches[1]).toEqual([21]);
  });

  it("never expects more than a batch takes", async () => {
    const { add, batches, giveBack } = createScene(10);
    add(1, 10);
    await turn();
    add(11, 20);
    await giveBack(0);
    expect(batches[1]).toHaveLength(10);
  });
});
