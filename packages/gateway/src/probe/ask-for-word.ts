import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { CHAT_PATH } from "../protocols/openai-chat/request.ts";
import type { UpstreamRequest } from "../upstream/upstream.ts";

const headers = [
  "content-type",
  "application/json",
  "accept",
  "text/event-stream",
  "accept-encoding",
  "identity",
  "user-agent",
  "lyceum",
];

/** A streamed chat that is over after a few tokens. */
export function askForWord(channel: ChannelConfig, model: string): UpstreamRequest {
  const body = { model, messages: [{ role: "user", content: "Say OK." }], stream: true, max_tokens: 16 };
  return {
    channel,
    method: "POST",
    path: CHAT_PATH,
    headers,
    body: Buffer.from(JSON.stringify(body)),
    requestId: null,
    startTimeoutMs: channel.idleTimeoutMs,
  };
}
