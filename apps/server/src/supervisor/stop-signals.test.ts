import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { listenForStop } from "./stop-signals.ts";

function setUp(connected = false) {
  const source = Object.assign(new EventEmitter(), { connected }) as unknown as NodeJS.Process;
  const clock = { now: 0 };
  return { source, clock, stops: listenForStop(source, () => clock.now) };
}

describe("listenForStop", () => {
  it("takes a repeat within a second for the same Ctrl-C", () => {
    const { source, clock, stops } = setUp();
    source.emit("SIGINT", "SIGINT");
    clock.now = 900;
    source.emit("SIGTERM", "SIGTERM");
    expect([stops.stop.aborted, stops.hurry.aborted]).toEqual([true, false]);
  });

  it("hurries at a second signal after that", () => {
    const { source, clock, stops } = setUp();
    source.emit("SIGINT", "SIGINT");
    clock.now = 1_000;
    source.emit("SIGINT", "SIGINT");
    expect(stops.hurry.aborted).toBe(true);
  });

  it("stops when the process that started it is gone", () => {
    const { source, stops } = setUp(true);
    source.emit("disconnect");
    expect([stops.stop.aborted, stops.hurry.aborted]).toEqual([true, false]);
  });
});
