import { noConstraints } from "@lyceum/domain";
import { type CanonicalRequest, noSampling } from "../canonical/canonical-request.ts";
import { Notes } from "../canonical/notes.ts";
import type { Protocol } from "../canonical/protocol.ts";
import type { Provider } from "../providers/provider.ts";
import type { UpstreamRequest } from "../upstream/upstream.ts";

/** Room for a model that thinks before it says anything. */
const OUTPUT_LIMIT = 256;

/** A streamed chat that is over after a few tokens, in the channel's own protocol. */
export function askForWord(
  { channel, credential }: Pick<UpstreamRequest, "channel" | "credential">,
  provider: Provider,
  protocol: Protocol,
  upstreamModel: string,
): UpstreamRequest {
  const target = {
    provider,
    upstreamModel,
    outputLimit: null,
    defaultOutputTokens: OUTPUT_LIMIT,
    userPseudonym: "lyceum",
    constraints: noConstraints,
  };
  const { path, headers, body } = protocol.encodeRequest(question(upstreamModel), target, new Notes());
  const accept = protocol.framing === "sse" ? "text/event-stream" : "application/x-ndjson";
  const usual = ["content-type", "application/json", "accept", accept, "accept-encoding", "identity"];
  return {
    channel,
    credential,
    method: "POST",
    path,
    headers: [...usual, "user-agent", "lyceum", ...headers],
    body,
    requestId: null,
    startTimeoutMs: channel.idleTimeoutMs,
  };
}

/** What the client of every protocol could have asked: nothing but a text and a limit. */
function question(model: string): CanonicalRequest {
  return {
    model,
    messages: [{ role: "user", parts: [{ type: "text", text: "Say OK." }] }],
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
    isStream: true,
    namesUser: false,
    unmapped: [],
  };
}
