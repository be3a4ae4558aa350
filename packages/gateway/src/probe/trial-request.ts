import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { type ModelCheck, type ModelConstraints, noConstraints } from "@lyceum/domain";
import { type CanonicalRequest, noSampling } from "../canonical/canonical-request.ts";
import { Notes } from "../canonical/notes.ts";
import type { Protocol } from "../canonical/protocol.ts";
import { wireOf } from "../embeddings/embedding-wires.ts";
import type { Provider } from "../providers/provider.ts";
import { constrain } from "../translation/constrain.ts";
import { applyBodyOverrides, applyHeaderOverrides } from "../translation/overrides.ts";
import type { UpstreamRequest } from "../upstream/upstream.ts";

/** Room for a model that thinks before it says anything. */
const OUTPUT_LIMIT = 256;

export const trialTool = "report_temperature";
/** 64 by 64 pixels of one green: what a model says of it tells whether it saw it. */
const greenSquare =
  "iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAAA1BMVEUAoAAJfYEzAAAAD0lEQVR42mNgGAWjgHwAAAJAAAHgTR1EAAAAAElFTkSuQmCC";
export const sawGreen = /green|绿/i;

export type TrialTarget = {
  readonly channel: ChannelConfig;
  readonly credential: string | null;
  readonly provider: Provider;
  readonly protocol: Protocol;
  readonly upstreamModel: string;
  /** What its server takes, where that is known. */
  readonly constraints?: ModelConstraints;
};

/** The request that finds out about one thing; null: the protocol has no way to ask for it. */
export function trialRequest(check: ModelCheck, to: TrialTarget): UpstreamRequest | null {
  const { channel, credential, provider, protocol, upstreamModel } = to;
  const target = {
    provider,
    upstreamModel,
    outputLimit: null,
    defaultOutputTokens: OUTPUT_LIMIT,
    userPseudonym: "lyceum",
    constraints: to.constraints ?? noConstraints,
  };
  const encoded =
    check === "embedding"
      ? wireOf(provider.protocol)?.encodeRequest(embeddingQuestion(upstreamModel), target, new Notes())
      : protocol.encodeRequest({ ...chat(upstreamModel), ...questions[check] }, target, new Notes());
  if (encoded === undefined) return null;
  const isStream = check === "stream";
  const accept = !isStream
    ? "application/json"
    : protocol.framing === "sse"
      ? "text/event-stream"
      : "application/x-ndjson";
  const usual = ["content-type", "application/json", "accept", accept, "accept-encoding", "identity"];
  return {
    channel,
    credential,
    method: "POST",
    path: encoded.path,
    headers: applyHeaderOverrides([...usual, "user-agent", "lyceum", ...encoded.headers], channel.overrides.headers),
    body: applyBodyOverrides(constrain(encoded.body, protocol, target, new Notes()), channel.overrides.body),
    requestId: null,
    startTimeoutMs: channel.idleTimeoutMs,
  };
}

const question = (text: string): CanonicalRequest["messages"][number] => ({
  role: "user",
  parts: [{ type: "text", text }],
});

const questions: Readonly<Record<Exclude<ModelCheck, "embedding">, Partial<CanonicalRequest>>> = {
  stream: { isStream: true },
  text: {},
  tools: {
    messages: [question("It is 21 degrees in Beijing. Report this with the tool.")],
    tools: [
      {
        name: trialTool,
        description: "Reports the temperature of a city.",
        parameters: {
          type: "object",
          properties: { city: { type: "string" }, degrees: { type: "number" } },
          required: ["city", "degrees"],
        },
        isStrict: null,
      },
    ],
    toolChoice: { kind: "auto" },
  },
  vision: {
    messages: [
      {
        role: "user",
        parts: [
          { type: "image", source: { kind: "base64", mediaType: "image/png", data: greenSquare } },
          { type: "text", text: "Which colour is this picture? One word." },
        ],
      },
    ],
  },
};

/** What the client of every protocol could have asked. */
function chat(model: string): CanonicalRequest {
  return {
    model,
    messages: [question("Say OK.")],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    sampling: noSampling,
    stop: [],
    outputLimit: OUTPUT_LIMIT,
    choices: 1,
    reasoning: null,
    outputFormat: null,
    topLogprobs: null,
    isStream: false,
    namesUser: false,
    unmapped: [],
  };
}

function embeddingQuestion(model: string) {
  return { model, inputs: ["OK"], dimensions: null, taskType: null, title: null, unmapped: [] };
}
