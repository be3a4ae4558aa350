import type { UpstreamComplaint } from "../canonical/reply.ts";
import type { Route } from "../health/route.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { findProvider } from "../providers/find-provider.ts";
import { readProposal } from "../translation/read-proposal.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";
import { quotable } from "./quotable.ts";

/** A longer body is not looked through for one field: it would hold others up. */
const MOST_READ = 4 * 1024 * 1024;

/**
 * Where an upstream refused a request for one of its parameters, tells `deps.propose` what would have helped. Afterwards, when the reply is
 * on its way: it never delays or fails one.
 */
export function proposeLater(
  { choice, call }: Admitted,
  { deployment: { channel, upstreamModel }, credential }: Route,
  refusal: {
    readonly status: number;
    readonly sent: Buffer;
    readonly body: Buffer;
    readonly complaint: UpstreamComplaint | null;
  },
  deps: Deps,
): void {
  const { status, sent, body, complaint } = refusal;
  if ((status !== 400 && status !== 422) || sent.length > MOST_READ) return;
  const { id: modelId, name } = choice.model;
  setImmediate(() => {
    try {
      const provider = findProvider(channel.protocol);
      if (provider === null) return;
      const message = complaint?.message ?? "";
      const change = readProposal({ body, message, sent }, protocolOf(provider.protocol));
      if (change === null) return;
      const names = { requested: call.model, upstream: upstreamModel, credential: credential.secret };
      deps.propose({ modelId, channelId: channel.id, change, message: quotable(message, sent, names) });
    } catch (error) {
      deps.log("error", "an upstream's refusal could not be read", { model: name, channel: channel.name, error });
    }
  });
}
