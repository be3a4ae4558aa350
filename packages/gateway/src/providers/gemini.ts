import type { GeminiDialect, ThinkingScale } from "./gemini-dialect.ts";
import type { Provider } from "./provider.ts";

/** Google's Gemini API, and servers that speak it. */
export const gemini = {
  id: "gemini",
  protocol: "gemini-generate",
  modelsPath: "/models",
  rejects: [],
  basePath: (path) => (/\/v1(?:beta|alpha)?$/.test(path) ? path : `${path}/v1beta`),
  authorise: (credential) => (credential === null ? [] : ["x-goog-api-key", credential]),
  geminiDialectOf,
} satisfies Provider;

/** By the model's own name; one that says nothing of a version counts as a new one. ai.google.dev/gemini-api/docs/thinking */
export function geminiDialectOf(upstreamModel: string): GeminiDialect {
  const version = Number(/gemini-(\d+(?:\.\d+)?)/.exec(upstreamModel)?.[1] ?? 3);
  const isNew = version >= 3;
  return {
    thinking: thinkingOf(version, upstreamModel),
    checksSignatures: isNew,
    takesResultMedia: isNew,
    takesJsonSchema: false,
  };
}

function thinkingOf(version: number, name: string): ThinkingScale {
  if (version >= 3) {
    const isFirstPro = version < 3.1 && name.includes("pro");
    if (isFirstPro) return { kind: "levels", levels: ["low", "high"] };
    const levels = name.includes("pro")
      ? (["low", "medium", "high"] as const)
      : (["minimal", "low", "medium", "high"] as const);
    return { kind: "levels", levels };
  }
  if (version < 2.5) return { kind: "none" };
  if (name.includes("lite")) return { kind: "budget", least: 512, most: 24_576, canBeOff: true };
  if (name.includes("pro")) return { kind: "budget", least: 128, most: 32_768, canBeOff: false };
  return { kind: "budget", least: 1, most: 24_576, canBeOff: true };
}
