import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createTurnstile } from "./turnstile.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  // Nobody is waited for who has gone.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** People who ask the campus's server until they are answered, one after the other. */
function campus() {
  const turnstile = createTurnstile();
  const asking: { address: string; answer: () => void; fail: () => void }[] = [];
  const come = (address: string) =>
    turnstile.pass(address, () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      asking.push({ address, answer: () => resolve("in"), fail: () => reject(new Error("no")) });
      return promise;
    });
  /** Lets whatever has been answered go on. */
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { come, asking, settle };
}

it("lets a class of 200 in from one address, 32 at a time, whoever fails", async () => {
  const { come, asking, settle } = campus();
  const all = Promise.allSettled(Array.from({ length: 200 }, () => come("10.0.0.1")));
  for (let answered = 0; answered < 200; answered += 1) {
    await settle();
    expect(asking.length).toBe(Math.min(200, answered + 32));
    if (answered % 2 === 0) asking[answered]?.fail();
    else asking[answered]?.answer();
  }
  expect(new Set((await all).map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
  expect((await all).some((each) => each.status === "fulfilled" && each.value === null)).toBe(false);
});

it("closes no address, however much came to nothing there", async () => {
  const turnstile = createTurnstile();
  const fail = () => Promise.reject(new Error("unreachable"));
  for (let i = 0; i < 500; i += 1) await expect(turnstile.pass("10.0.0.1", fail)).rejects.toThrow();
  expect(await turnstile.pass("10.0.0.1", async () => "in")).toBe("in");
});

it("gives the next place to the address that has the fewest, so that a flood holds up nobody else", async () => {
  const { come, asking, settle } = campus();
  const flood = Array.from({ length: 288 }, () => come("10.0.0.1"));
  await settle();
  const others = ["10.0.0.2", "10.0.0.3", "10.0.0.2"].map(come);
  await settle();
  expect(asking.length).toBe(32);
  for (const each of asking.slice(0, 4)) each.answer();
  await settle();
  // Of those that have as few whoever came first: 28 places are the flood's.
  expect(asking.slice(32).map(({ address }) => address)).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.2", "10.0.0.1"]);
  for (let i = 4; i < 288 + 3; i += 1) {
    asking[i]?.answer();
    await settle();
  }
  expect(new Set(await Promise.all([...flood, ...others]))).toEqual(new Set(["in"]));
});

it("tells whoever has waited five seconds that too many are there, and gives the place to the next", async () => {
  const { come, asking, settle } = campus();
  const first = Array.from({ length: 32 }, () => come("10.0.0.1"));
  const tired = come("10.0.0.2");
  await vi.advanceTimersByTimeAsync(4_000);
  const patient = come("10.0.0.2");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await tired).toBeNull();
  asking[0]?.answer();
  await settle();
  asking[32]?.answer();
  expect(await patient).toBe("in");
  for (const each of asking) each.answer();
  await Promise.all(first);
});

it("keeps a waiting room with an end, of which no address has more than a quarter", async () => {
  const { come, asking, settle } = campus();
  const inside = Array.from({ length: 32 }, () => come("10.0.0.1"));
  const waiting = [1, 2, 3, 4].flatMap((part) => Array.from({ length: 256 }, () => come(`10.0.0.${part}`)));
  expect(await come("10.0.0.5")).toBeNull();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([null]));
  const alike = Array.from({ length: 257 }, () => come("10.0.0.1"));
  expect(await alike[256]).toBeNull();
  for (let i = 0; i < 288; i += 1) {
    asking[i]?.answer();
    await settle();
  }
  expect(await Promise.all([...inside, ...alike.slice(0, 256)])).not.toContain(null);
});
