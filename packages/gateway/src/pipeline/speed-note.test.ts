import { noUsage, type TokenUsage } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { Admitted } from "./admit.ts";
import type { Ending } from "./settle.ts";
import { speedNoteOf } from "./speed-note.ts";

type Scene = {
  isStream?: boolean;
  choices?: number;
  purpose?: "speed" | "playground";
  seen?: number;
} & Partial<Ending>;

/** A stream sent at 100 whose first token came at 400 and that ended at 1,400. */
function note(
  { isStream = true, choices = 1, purpose, seen = 101, ...ending }: Scene,
  usage: Partial<TokenUsage> = {},
) {
  const admitted = {
    call: { isStream, choices },
    caller: { session: purpose === undefined ? null : { purpose } },
    choice: { model: { id: "model" } },
  } as unknown as Admitted;
  const ended = {
    deployment: { channel: { id: "channel" } },
    sentAt: 100,
    firstOutputAt: 400,
    outcome: "finished",
    facts: { estimatedOutputTokens: seen },
    ...ending,
  } as unknown as Ending;
  return speedNoteOf(admitted, ended, { ...noUsage, output: 101, ...usage }, 1_400);
}

describe("what a request says about its deployment's speed", () => {
  it("of a stream: TTFT since it was sent, TPOT of the tokens after the first", () => {
    expect(note({})).toEqual({
      modelId: "model",
      channelId: "channel",
      isFailure: false,
      ttftMs: 300,
      tpotMs: 10,
      e2eMs: 1_300,
    });
  });

  it("of a whole answer: its time from end to end alone", () => {
    expect(note({ isStream: false, firstOutputAt: null })).toMatchObject({ ttftMs: null, tpotMs: null, e2eMs: 1_300 });
  });

  it("thinking that was counted and not shown is no token of the stream; shown it is", () => {
    expect(note({ seen: 20 }, { reasoning: 80 })?.tpotMs).toBe(50);
    expect(note({ seen: 98 }, { reasoning: 80 })?.tpotMs).toBe(10);
  });

  it("several answers at once, and a single token, have no TPOT", () => {
    expect(note({ choices: 2 })?.tpotMs).toBeNull();
    expect(note({}, { output: 1 })?.tpotMs).toBeNull();
  });

  it("a failure counts as one and has no times", () => {
    expect(note({ outcome: "failed" })).toMatchObject({ isFailure: true, ttftMs: null, e2eMs: null });
    expect(note({ outcome: "cut" })).toMatchObject({ isFailure: false, ttftMs: null, e2eMs: null });
  });

  it("nothing: a client that left, a request that never left us, a speed test; the playground is traffic like any", () => {
    expect(note({ outcome: "client-gone" })).toBeNull();
    expect(note({ sentAt: null })).toBeNull();
    expect(note({ purpose: "speed" })).toBeNull();
    expect(note({ purpose: "playground" })?.ttftMs).toBe(300);
  });
});
