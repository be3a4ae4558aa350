import { shortText } from "./passages.ts";
import { cutText, numberedPieces } from "./pieces.ts";
import { answer, type Script, type UsageScript } from "./plan.ts";

const text = cutText(shortText);

/** Scripts that give the short answer and report its usage in the ways vendors do, right and wrong. */
export const usageScripts: readonly Script[] = [
  reporting("demo-no-usage", "demo-no-usage", "never reports usage", () => ({ report: "never" })),
  reporting("demo-usage-first", "demo-usage-first", "usage of the whole answer in the first chunk only", () => ({
    report: "first",
  })),
  reporting(
    "demo-usage-middle",
    "demo-usage-middle",
    "usage of the whole answer in a chunk in the middle only",
    () => ({
      report: "middle",
    }),
  ),
  reporting(
    "demo-usage-middle-so-far",
    "demo-usage-middle-so-far",
    "usage in a chunk in the middle only, of what was written until then",
    () => ({ report: "middle-so-far" }),
  ),
  reporting("demo-usage-twice", "demo-usage-twice", "the usage chunk comes twice", () => ({ report: "twice" })),
  reporting(
    "demo-usage-after-finish",
    "demo-usage-after-finish",
    "usage in an event of its own behind the finish, asked for or not (case 42)",
    () => ({
      report: "after-finish",
    }),
  ),
  reporting(
    "demo-usage-cumulative",
    "demo-usage-cumulative",
    "usage so far in the first event, in the middle and at the end (case 40)",
    () => ({
      report: "cumulative",
    }),
  ),
  reporting("demo-usage-every", "demo-usage-every", "cumulative usage in every chunk", () => ({ report: "every" })),
  {
    family: "demo-usage-every-N-every-MSms",
    example: "demo-usage-every-50-every-100ms",
    description: "N content chunks, MS milliseconds before each; cumulative usage in every chunk",
    plan: (_call, [count = 0, everyMs = 0]) => answer(numberedPieces(count), { everyMs, usage: { report: "every" } }),
  },
  {
    family: "demo-usage-every-breaks-N",
    example: "demo-usage-every-breaks-3",
    description: "cumulative usage in every chunk; the connection breaks after N content chunks",
    plan: (_call, [after = 0]) =>
      answer(numberedPieces(after + 10), { usage: { report: "every" }, fault: { after, kind: "break" } }),
  },
  reporting("demo-cached", "demo-cached", "half of the input tokens come from a cache", () => ({
    report: "asked",
    cachedTokens: (inputTokens) => Math.floor(inputTokens / 2),
  })),
  reporting("demo-cached-over", "demo-cached-over", "10 more cached tokens than input tokens", () => ({
    report: "asked",
    cachedTokens: (inputTokens) => inputTokens + 10,
  })),
  reporting(
    "demo-classes-P-C",
    "demo-classes-1000-500",
    "P prompt and C completion tokens of every class: cached, written to a cache, image, audio, reasoning",
    ([input, output]) => ({
      report: "asked",
      ...(input === undefined ? {} : { inputTokens: input }),
      ...(output === undefined ? {} : { outputTokens: output }),
      cachedTokens: (inputTokens) => Math.floor(inputTokens * 0.4),
      shares: { cacheWrite: 0.2, image: 0.1, audio: 0.05, reasoning: 0.75 },
    }),
  ),
  reporting("demo-usage-P-C", "demo-usage-1000-500", "reports P prompt and C completion tokens", ([input, output]) => ({
    report: "asked",
    ...(input === undefined ? {} : { inputTokens: input }),
    ...(output === undefined ? {} : { outputTokens: output }),
  })),
];

function reporting(
  family: string,
  example: string,
  description: string,
  usage: (numbers: readonly number[]) => UsageScript,
): Script {
  return {
    family,
    example,
    description: `the short answer; ${description}`,
    plan: (_call, numbers) => answer(text, { usage: usage(numbers) }),
  };
}
