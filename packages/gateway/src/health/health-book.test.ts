import type { HealthSnapshot } from "@lyceum/db/gateway-health";
import { type HealthSign, healthSigns } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HealthBook } from "./health-book.ts";
import type { Route } from "./route.ts";

const credential = (id: string) => ({ id, secret: `sk-${id}`, weight: 1 });
const channel = (ids: readonly string[]) => ({
  id: "c",
  name: "c",
  protocol: "openai",
  baseUrl: "http://x",
  credentials: ids.map(credential),
  allowPrivate: false,
  idleTimeoutMs: 1,
  totalTimeoutMs: 1,
  firstTokenTimeoutMs: null,
  parallelLimit: null,
  overrides: { headers: {}, body: [] },
});
const deployment = (id: string, credentials: readonly string[] = ["k"]) =>
  ({
    ...{ id, upstreamModel: "m", priority: 0, weight: 1, lacks: [], contextTokens: null },
    channel: channel(credentials),
  }) as unknown as Route["deployment"];
const snapshot = (changes: Partial<HealthSnapshot> = {}) =>
  ({ version: 1n, deployments: new Map(), credentials: new Map(), lacks: new Map(), ...changes }) as HealthSnapshot;

function scene() {
  let now = 1_000_000;
  const book = new HealthBook(() => now);
  const note = (sign: HealthSign, at: Partial<Route> = {}, more: { retryAfterMs?: number; ttftMs?: number } = {}) =>
    book.note({
      route: { deployment: deployment("d"), credential: credential("k"), ...at },
      model: { id: "m", name: "m" },
      sign,
      error: "",
      retryAfterMs: null,
      ...more,
    });
  const pass = (ms: number) => {
    now += ms;
  };
  return { book, note, pass };
}

describe("a credential", () => {
  it("that has too many requests is not ready for as long as the upstream says", () => {
    const { book, note, pass } = scene();
    note("rate", {}, { retryAfterMs: 7_000 });
    expect(book.isReady(credential("k"))).toBe(false);
    expect(book.isReady(credential("other"))).toBe(true);
    pass(6_999);
    expect(book.readyInMs(credential("k"))).toBe(1);
    pass(1);
    expect(book.isReady(credential("k"))).toBe(true);
  });

  it("waits longer each time where the upstream says nothing, a minute at most, until it works again", () => {
    const { book, note, pass } = scene();
    const waits: number[] = [];
    for (let time = 0; time < 8; time++) {
      note("rate");
      // Those that were under way at the same time are told the same, and don't count.
      note("rate");
      waits.push(book.readyInMs(credential("k")));
      pass(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    note("passed");
    note("rate");
    expect(book.readyInMs(credential("k"))).toBe(1_000);
  });

  it("is not ready sooner because of what was under way before it had to wait", () => {
    const { book, note } = scene();
    note("rate", {}, { retryAfterMs: 5_000 });
    note("passed");
    note("rate", {}, { retryAfterMs: 1_000 });
    expect(book.readyInMs(credential("k"))).toBe(5_000);
  });

  it.each(["refused", "quota"] as const)("that is %s is the last to be used, until all workers know", (sign) => {
    const { book, note, pass } = scene();
    note(sign);
    expect([book.isDoubtful(credential("k")), book.isReady(credential("k"))]).toEqual([true, true]);
    pass(3_001);
    expect(book.isDoubtful(credential("k"))).toBe(false);
  });
});

describe("what all workers share", () => {
  it("decides who can be used, and who is only busy", () => {
    const { book, pass } = scene();
    book.takeSnapshot(
      snapshot({
        deployments: new Map([["out", "open"]]),
        credentials: new Map([
          ["waits", { state: "cooling", untilMs: 500 }],
          ["refused", { state: "refused", untilMs: null }],
        ]),
      }),
    );
    expect(book.isUsable(deployment("out"))).toBe(false);
    const refused = deployment("in", ["refused"]);
    const busy = deployment("in", ["refused", "waits"]);
    const well = deployment("in", ["refused", "waits", "well"]);
    expect([refused, busy, well].map((each) => book.isUsable(each))).toEqual([false, false, true]);
    expect([refused, busy, well].map((each) => book.isInService(each))).toEqual([false, true, true]);
    expect(book.isInService(deployment("out"))).toBe(false);
    expect([book.isReady(credential("waits")), book.isReady(credential("refused"))]).toEqual([false, false]);
    expect(book.readyInMs(credential("refused"))).toBe(Number.POSITIVE_INFINITY);
    pass(500);
    expect([book.isReady(credential("waits")), book.isUsable(busy)]).toEqual([true, true]);
  });
});

describe("what probes found that a deployment can't do", () => {
  it("counts beside what people say of it", () => {
    const { book } = scene();
    const [found, said] = [deployment("d"), { ...deployment("d"), lacks: ["tools"] }];
    expect(book.canDo(found, ["vision"])).toBe(true);
    book.takeSnapshot(snapshot({ lacks: new Map([["d", ["vision"]]]) }));
    expect([book.canDo(found, ["vision"]), book.canDo(found, ["tools"]), book.canDo(found, [])]).toEqual([
      false,
      true,
      true,
    ]);
    expect([book.canDo(said, ["vision"]), book.canDo(said, ["tools"]), book.canDo(said, [])]).toEqual([
      false,
      false,
      true,
    ]);
    expect(book.canDo(deployment("other"), ["vision"])).toBe(true);
  });
});

describe("a deployment", () => {
  it.each(["denied", "model-missing"] as const)("that is %s is avoided at once, for a moment", (sign) => {
    const { book, note, pass } = scene();
    note(sign);
    expect(book.isAvoided(deployment("d"))).toBe(true);
    expect(book.isUsable(deployment("d"))).toBe(true);
    pass(3_001);
    expect(book.isAvoided(deployment("d"))).toBe(false);
  });

  it("is avoided after three failures in a row, not after three with a pass among them", () => {
    const { book, note } = scene();
    for (const sign of ["failure", "failure", "passed", "failure", "failure"] as const) note(sign);
    expect(book.isAvoided(deployment("d"))).toBe(false);
    note("failure");
    expect(book.isAvoided(deployment("d"))).toBe(true);
  });

  it("is never judged by what a request or a credential was at fault for", () => {
    const { book, note } = scene();
    const rivals = [deployment("d"), deployment("e")];
    for (let time = 0; time < 50; time++)
      for (const sign of ["request", "rate", "refused", "quota"] as const) note(sign);
    expect(book.isAvoided(deployment("d"))).toBe(false);
    expect(book.factorsOf(rivals)).toBeNull();
  });
});

describe("factors", () => {
  const rivals = [deployment("d"), deployment("e")];

  it("lessen one that fails often, and let it come back by and by, without wavering", () => {
    const { book, note, pass } = scene();
    for (let time = 0; time < 40; time++) note(time % 2 === 0 ? "failure" : "passed");
    expect(book.factorsOf(rivals)?.get("d")).toBe(0.2);
    let changes = 0;
    let before = 0.2;
    for (let second = 0; second < 300; second += 3) {
      pass(3_000);
      const factor = book.factorsOf(rivals)?.get("d") ?? 1;
      if (factor !== before) changes++;
      before = factor;
    }
    expect([changes, before]).toEqual([1, 1]);
  });

  it("lessen one that is many times slower than the best, and none that is a little slower, or slow alone", () => {
    const { book, note, pass } = scene();
    for (let time = 0; time < 20; time++) note("passed", {}, { ttftMs: 4_000 });
    expect(book.factorsOf(rivals)).toBeNull();
    for (let time = 0; time < 20; time++) note("passed", { deployment: deployment("e") }, { ttftMs: 500 });
    pass(2_001);
    expect(book.factorsOf(rivals)).toEqual(new Map([["d", 0.25]]));
    // Two and a half times as slow is not enough to come, but enough to stay.
    for (let time = 0; time < 200; time++) note("passed", {}, { ttftMs: 1_250 });
    pass(2_001);
    expect(book.factorsOf(rivals)).toEqual(new Map([["d", 0.25]]));
    for (let time = 0; time < 200; time++) note("passed", {}, { ttftMs: 900 });
    pass(2_001);
    expect(book.factorsOf(rivals)).toBeNull();
  });

  it("forget what is old", () => {
    const { book, note, pass } = scene();
    for (let time = 0; time < 20; time++) {
      note("passed", {}, { ttftMs: 4_000 });
      note("passed", { deployment: deployment("e") }, { ttftMs: 400 });
    }
    expect(book.factorsOf(rivals)?.get("d")).toBe(0.25);
    pass(300_001);
    expect(book.factorsOf(rivals)).toBeNull();
  });
});

describe("what is to be told to the others", () => {
  it("is each observation once, and what can't wait is announced", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...healthSigns)), (signs) => {
        const { book, note } = scene();
        let urgent = 0;
        book.whenUrgent(() => urgent++);
        for (const sign of signs) note(sign);
        const hard = signs.filter((sign) => ["refused", "quota", "denied", "model-missing"].includes(sign));
        expect(urgent).toBe(hard.length);
        expect(book.drain().map(({ sign }) => sign)).toEqual(signs);
        expect(book.drain()).toEqual([]);
      }),
    );
  });

  it("is bounded while nobody takes it: what went well is left out first", () => {
    const { book, note } = scene();
    note("denied");
    for (let time = 0; time < 30_000; time++) note("passed");
    note("failure");
    const told = book.drain();
    expect(told.length).toBeLessThanOrEqual(20_000);
    expect(told.at(-1)?.sign).toBe("failure");
  });

  it("never lets a deployment out of reach for long, whatever was seen", () => {
    const step = fc.record({ sign: fc.constantFrom(...healthSigns), ms: fc.nat({ max: 5_000 }) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { book, note, pass } = scene();
        for (const { sign, ms } of steps) {
          note(sign);
          pass(ms);
        }
        pass(60_000);
        expect(book.isAvoided(deployment("d"))).toBe(false);
        expect([book.isReady(credential("k")), book.isDoubtful(credential("k"))]).toEqual([true, false]);
      }),
    );
  });
});
