import { expect, it } from "vitest";
import { type ProtocolName, protocolNames } from "./clients.ts";
import type { Kind } from "./kinds.ts";
import { pairsTable, pairsVerdict, summarisePairs } from "./pairs-table.ts";
import type { PairRun } from "./run-pairs.ts";

/** The machine grows slower from round to round; a translation costs twice the same protocol, from Gemini four times. */
const runs: PairRun[] = (["paced", "text", "tools", "prompt"] as Kind["name"][]).flatMap((kind) =>
  [1, 2, 4].flatMap((slow, index) =>
    protocolNames.flatMap((client) =>
      protocolNames.map((upstream: ProtocolName) => {
        const factor = client === upstream ? 1 : upstream === "gemini-generate" ? 4 : 2;
        return { kind, round: index + 1, client, upstream, cpuMs: 0.01 * slow * factor };
      }),
    ),
  ),
);

it("compares a pair with the same protocol in the same round", () => {
  const lines = summarisePairs(runs);
  expect(lines).toHaveLength(25);
  const of = (upstream: ProtocolName) =>
    lines.find((line) => line.client === "openai-chat" && line.upstream === upstream)?.text.ratio;
  expect([of("openai-chat"), of("ollama-chat"), of("gemini-generate")]).toEqual([1, 2, 4]);
});

it("writes a line for each pair, and names the ones that cost most", () => {
  const lines = summarisePairs(runs);
  const table = pairsTable(lines).split("\n");
  expect(table).toHaveLength(27);
  expect(new Set(table.map((line) => line.split("|").length)).size).toBe(1);
  expect(table[2]).toBe("| openai-chat | openai-chat | 20.0 | 20.0 | 1.00 | 20.0 | 1.00 | 0.02 | 1.00 |");
  expect(pairsVerdict(lines)).toContain(
    "Highest ratio, text: 4.00 (openai-chat to gemini-generate); at most 3 is wanted.",
  );
});
