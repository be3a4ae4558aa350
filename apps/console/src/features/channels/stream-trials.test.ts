import { afterEach, describe, expect, it, vi } from "vitest";
import { streamTrials } from "./components/use-model-trials.ts";
import { trialsInput } from "./schema.ts";
import type { TrialLine } from "./trial-lines.ts";

const channelId = "0199e3a0-0000-7000-8000-000000000000";
const models = Array.from({ length: 750 }, (_, index) => `m${index}`);

/** As the console's own route answers; refuses what its schema refuses. */
function answering(isOk: boolean) {
  const asked: number[] = [];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const input = trialsInput.safeParse(JSON.parse(body));
    if (!input.success) return new Response(null, { status: 400 });
    asked.push(input.data.models.length);
    const lines = input.data.models.map((model) => ({ kind: "model", model, isUsable: true }));
    const end = { kind: "end", ok: isOk, message: isOk ? "" : "gone" };
    return new Response([...lines, end].map((line) => `${JSON.stringify(line)}\n`).join(""));
  });
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

async function lines(): Promise<TrialLine[]> {
  const told: TrialLine[] = [];
  const signal = new AbortController().signal;
  await streamTrials({ of: { channelId }, models, depth: "answer" }, signal, (line) => told.push(line));
  return told;
}

describe("trials of a channel with very many models", () => {
  it("come in several calls, and end once", async () => {
    const asked = answering(true);
    const told = await lines();
    expect(asked).toEqual([200, 200, 200, 150]);
    expect(told.filter(({ kind }) => kind === "model")).toHaveLength(750);
    expect(told.filter(({ kind }) => kind === "end")).toHaveLength(1);
  });

  it("end where the gateway is away", async () => {
    const asked = answering(false);
    expect((await lines()).at(-1)).toEqual({ kind: "end", ok: false, message: "gone" });
    expect(asked).toEqual([200]);
  });
});
