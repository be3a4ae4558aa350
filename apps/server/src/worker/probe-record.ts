import type { ModelConfig } from "@lyceum/db/gateway-config";
import { costOf, HOUSE_ACCOUNT_ID, type ModelCheck, newId, noUsage, type TokenUsage } from "@lyceum/domain";
import type { Probed, ProbeTarget } from "@lyceum/gateway";
import type { UsageDraft } from "@lyceum/ledger";

/** What stands in the place of a client's name. */
export const PROBE_CLIENT = "lyceum-probe";
/** In the place of a group: a price without a multiplier. */
const PROBE_GROUP = "house";
const PROBE_MULTIPLIER_PPM = 1_000_000;

/** About what the questions have, where an upstream doesn't say. */
const inputTokens: Readonly<Record<ModelCheck, number>> = {
  text: 10,
  stream: 10,
  tools: 120,
  vision: 100,
  embedding: 2,
};
const OUTPUT_TOKENS = 10;

/** The usage record of one probe: the house's, never a person's. It has no reservation; what it cost the house has to bear anyway. */
export function probeRecord(
  { deployment, model }: ProbeTarget & { readonly model: Pick<ModelConfig, "name" | "price"> },
  probed: Probed,
): UsageDraft {
  const isAnswered = probed.sign === "passed";
  const usage = isAnswered ? (probed.usage ?? estimated(probed.check)) : noUsage;
  const isStream = probed.check === "stream";
  return {
    requestId: newId(),
    accountId: HOUSE_ACCOUNT_ID,
    userId: null,
    keyId: null,
    groupId: PROBE_GROUP,
    protocol: `probe-${probed.check}`,
    requestedModel: model.name,
    model: model.name,
    channelId: deployment.channel.id,
    deploymentId: deployment.id,
    upstreamModel: deployment.upstreamModel,
    isStream,
    attempts: 1,
    usage,
    priceId: model.price?.id ?? null,
    multiplierPpm: PROBE_MULTIPLIER_PPM,
    costNanos: isAnswered ? costOf(model.price, usage, PROBE_MULTIPLIER_PPM) : 0n,
    outcome: isAnswered ? "finished" : "failed",
    errorCode: isAnswered ? null : "upstream_error",
    httpStatus: probed.status,
    isEstimated: isAnswered && probed.usage === null,
    queueMs: 0,
    ttftMs: probed.ttftMs,
    totalMs: probed.totalMs,
    upstreamUsage: null,
    client: PROBE_CLIENT,
    ip: "",
  };
}

function estimated(check: ModelCheck): TokenUsage {
  return { ...noUsage, input: inputTokens[check], output: check === "embedding" ? 0 : OUTPUT_TOKENS };
}
