import type { WorkerFixture } from "../testing/worker-fixture.ts";
import { anthropicMessagesFace } from "./faces/anthropic-messages.ts";
import { geminiGenerateFace } from "./faces/gemini-generate.ts";
import { ollamaChatFace } from "./faces/ollama-chat.ts";
import { openaiChatFace } from "./faces/openai-chat.ts";
import { openaiResponsesFace } from "./faces/openai-responses.ts";

export const faces = [openaiChatFace, openaiResponsesFace, anthropicMessagesFace, geminiGenerateFace, ollamaChatFace];

/** By protocol: the provider and the base URL of its channel at the demo upstream. */
const upstreams = {
  "openai-chat": { provider: "openai", path: "/v1" },
  "openai-responses": { provider: "openai-responses", path: "/v1" },
  "anthropic-messages": { provider: "anthropic", path: "/v1" },
  "gemini-generate": { provider: "gemini", path: "/v1beta" },
  "ollama-chat": { provider: "ollama", path: "" },
} as const;

/** The protocols of upstreams: a model's name is `PROTOCOL.NAME`. */
export const upstreamIds = Object.keys(upstreams);

/**
 * Puts a channel of every protocol before the demo upstream, with these of its models. `apart`: a channel for each model, so that what one does to its
 * credential is nothing to the others.
 */
export async function openChannels(gateway: WorkerFixture, names: Iterable<string>, apart = false): Promise<void> {
  await gateway.group("default", { isOpen: true });
  const models = [...new Set(names)];
  for (const [protocol, { provider, path }] of Object.entries(upstreams)) {
    const open = (name: string) => {
      // Short where silence is what is looked for, and nowhere else: a busy machine is silent too.
      const idleTimeoutMs = name.includes(".demo-silent") ? 1_500 : 60_000;
      return gateway.channel(name, `${gateway.upstream.url}${path}`, {
        protocol: provider,
        idleTimeoutMs,
        totalTimeoutMs: 60_000,
      });
    };
    const shared = apart ? null : await open(protocol);
    for (const upstreamModel of models) {
      const name = `${protocol}.${upstreamModel}`;
      await gateway.model(name, [shared ?? (await open(name))], { upstreamModel });
    }
  }
}
