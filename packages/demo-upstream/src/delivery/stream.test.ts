import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Step } from "../protocols/protocol.ts";
import { deliverStream } from "./stream.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A sink that takes `ready` frames, then asks to wait after each. */
function setUp({ count, everyMs, ready = Infinity }: { count: number; everyMs: number; ready?: number }) {
  const connection = new EventEmitter();
  const written: string[] = [];
  let made = 0;
  let resume: (() => void) | undefined;
  function* steps(): Generator<Step> {
    while (made < count) yield { kind: "frame", text: `${made++}`, content: true, paced: true };
  }
  const sink = {
    write: (text: string) => written.push(text) <= ready - 1,
    onceDrained(then: () => void) {
      resume = then;
    },
    end: () => written.push("end"),
  };
  const options = { everyMs, onContent: () => undefined, hangUp: () => undefined };
  deliverStream(steps(), sink, connection, options);
  return { connection, written, made: () => made, drain: () => resume?.() };
}

describe("deliverStream", () => {
  it("makes nothing before a slow reader has read what there is", () => {
    const { made, drain } = setUp({ count: 1_000_000, everyMs: 0, ready: 10 });
    expect(made()).toBe(10);
    drain();
    expect(made()).toBe(11);
  });

  it("writes a paced frame every so many milliseconds, with one timer", () => {
    const { written } = setUp({ count: 3, everyMs: 20 });
    expect(written).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(written).toEqual(["0"]);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(40);
    expect(written).toEqual(["0", "1", "2", "end"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("keeps its pace after a stall instead of catching up", () => {
    const { written, drain } = setUp({ count: 9, everyMs: 20, ready: 1 });
    vi.advanceTimersByTime(1000);
    expect(written).toEqual(["0"]);
    drain();
    vi.advanceTimersByTime(0);
    drain();
    vi.advanceTimersByTime(19);
    expect(written).toEqual(["0", "1"]);
    vi.advanceTimersByTime(1);
    expect(written).toEqual(["0", "1", "2"]);
  });

  it("stops at once when the client goes", () => {
    const { connection, written, made } = setUp({ count: 9, everyMs: 20 });
    vi.advanceTimersByTime(20);
    connection.emit("close");
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(written).toEqual(["0"]);
    expect(made()).toBe(2);
  });
});
