import { createHash } from "node:crypto";
import type { DemoCall } from "./plan.ts";

/** What the upstream understood of a call, as plain JSON: equal for requests that mean the same, whatever their protocol. */
export function inspect(call: DemoCall) {
  const { system, turns, tools, toolChoice, parallelTools, toolResults, thinking, schema } = call;
  return {
    system,
    turns,
    ...(call.suffix !== undefined && { suffix: call.suffix }),
    images: call.imageUrls.map(digestData),
    files: call.fileUrls.map(digestData),
    tools,
    toolChoice,
    parallelTools,
    toolResults,
    thinking: thinking ?? null,
    schema: schema ?? null,
    stop: call.stopSequences,
    temperature: call.temperature ?? null,
    topP: call.topP ?? null,
    choices: call.choices,
    logprobs: call.logprobs ?? null,
    maxTokens: Number.isFinite(call.maxTokens) ? call.maxTokens : null,
  };
}

/** Digest, size and type of a data URL's bytes. */
export function digestData(url: string): string {
  const comma = url.indexOf(",");
  const header = /^data:([^;,]*)(?:;[^;,]*)*;base64$/.exec(url.slice(0, Math.max(comma, 0)));
  if (!header) return "not a base64 data URL";
  const bytes = Buffer.from(url.slice(comma + 1), "base64");
  const digest = createHash("sha256").update(bytes).digest("hex");
  return `sha256:${digest} bytes:${bytes.length} type:${header[1] || "text/plain"}`;
}
