import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const frames: (() => void)[] = [];
let now = 0;

describe("drawing within a frame's time", () => {
  beforeEach(() => {
    vi.resetModules();
    vi.stubGlobal("document", { hidden: false });
    vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
    vi.spyOn(performance, "now").mockImplementation(() => now);
  });
  afterEach(() => {
    frames.length = 0;
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const spends = (ms: number, drawn: string[], name: string) => () => {
    now += ms;
    drawn.push(name);
  };
  const fails = () => {
    throw new Error("odd");
  };

  it("goes on with what waits behind a task that throws", async () => {
    const { withinFrame } = await import("./frame-budget.ts");
    const drawn: string[] = [];
    withinFrame(spends(9, drawn, "first")); // spends what this frame has
    withinFrame(fails);
    withinFrame(spends(1, drawn, "behind it"));
    expect(() => frames.shift()?.()).toThrow("odd");
    expect(frames).toHaveLength(1);
    frames.shift()?.();
    expect(drawn).toEqual(["first", "behind it"]);
    withinFrame(spends(9, drawn, "later"));
    withinFrame(spends(1, drawn, "last"));
    frames.shift()?.();
    frames.shift()?.();
    expect(drawn).toEqual(["first", "behind it", "later", "last"]);
  });

  it("gives the next frame its own time after a task that threw at once", async () => {
    const { withinFrame } = await import("./frame-budget.ts");
    const drawn: string[] = [];
    expect(() =>
      withinFrame(() => {
        now += 9;
        fails();
      }),
    ).toThrow("odd");
    withinFrame(spends(1, drawn, "next"));
    expect(drawn).toEqual([]);
    frames.shift()?.();
    expect(drawn).toEqual(["next"]);
  });
});
