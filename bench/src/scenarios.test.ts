import { startDemoUpstream } from "@lyceum/demo-upstream";
import { expect, it } from "vitest";
import { inputTokensOf, listScenarios, outputTokensOf } from "./scenarios.ts";

it("knows what each request costs: the tokens that the demo upstream reports", async () => {
  const upstream = await startDemoUpstream();
  try {
    // Without the paced ones, which take their time: their prompts are those of the unpaced.
    for (const scenario of listScenarios(false).filter(({ model }) => !model.includes("every"))) {
      const call = { ...JSON.parse(scenario.body.toString()), stream: false, stream_options: undefined };
      const reply = await fetch(`${upstream.url}/v1/chat/completions`, { method: "POST", body: JSON.stringify(call) });
      const { usage } = (await reply.json()) as { usage: { prompt_tokens: number; completion_tokens: number } };
      expect([usage.prompt_tokens, usage.completion_tokens]).toEqual([
        inputTokensOf(scenario),
        outputTokensOf(scenario),
      ]);
    }
  } finally {
    await upstream.close();
  }
});

it("keeps paced streams running longer than opening, settling and measuring take", () => {
  for (const quick of [true, false]) {
    for (const { model, shape } of listScenarios(quick)) {
      const [, chunks, everyMs] = /^demo-chunks-(\d+)-every-(\d+)ms$/.exec(model) ?? [];
      if (chunks === undefined || !("streams" in shape)) continue;
      const measuredMs = shape.kind === "paced" ? shape.seconds * 1_000 : 0;
      expect(Number(chunks) * Number(everyMs)).toBeGreaterThan((shape.streams / 400) * 1_000 + 1_500 + measuredMs);
    }
  }
});
