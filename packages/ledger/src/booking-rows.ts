import { storableText } from "@lyceum/domain";
import type { AdmissionRequest, UsageDraft } from "./types.ts";

/** A request that begins, as JSON, as book() reads it. */
export function admissionRow(request: AdmissionRequest): string {
  return JSON.stringify({
    request_id: request.requestId,
    account_id: request.accountId,
    user_id: request.userId ?? undefined,
    key_id: request.keyId ?? undefined,
    key_version: request.keyVersion,
    group_id: request.groupId,
    input_nanos: request.inputNanos.toString(),
    output_nanos: request.outputNanos.toString(),
    minimum_nanos: request.minimumNanos.toString(),
    tokens: request.tokenEstimate,
    protocol: request.protocol,
    requested_model: storableText(request.requestedModel),
    model: request.model,
    is_stream: request.isStream,
    input_tokens: request.inputTokens,
    price_id: request.priceId ?? undefined,
    multiplier_ppm: request.multiplierPpm,
    input_cost_nanos: request.inputCostNanos.toString(),
    client: storableText(request.client.slice(0, 200)),
    ip: request.ip,
  });
}

/**
 * A draft as a JSON row of the table usage_record, with its column names, as book() reads it. The columns that the ledger fills in
 * are left out, and so are zeros and nulls: parsing is a good part of what a row costs.
 */
export function usageRow(draft: UsageDraft): string {
  return JSON.stringify({
    id: draft.requestId,
    account_id: draft.accountId,
    user_id: draft.userId ?? undefined,
    key_id: draft.keyId ?? undefined,
    group_id: draft.groupId,
    protocol: draft.protocol,
    requested_model: storableText(draft.requestedModel),
    model: draft.model,
    channel_id: draft.channelId ?? undefined,
    deployment_id: draft.deploymentId ?? undefined,
    upstream_model: draft.upstreamModel ?? undefined,
    is_stream: draft.isStream,
    attempts: draft.attempts,
    input_tokens: draft.usage.input,
    cached_input_tokens: draft.usage.cachedInput || undefined,
    cache_write_tokens: draft.usage.cacheWrite || undefined,
    output_tokens: draft.usage.output,
    reasoning_tokens: draft.usage.reasoning || undefined,
    image_tokens: draft.usage.image || undefined,
    audio_tokens: draft.usage.audio || undefined,
    price_id: draft.priceId ?? undefined,
    multiplier_ppm: draft.multiplierPpm,
    cost_nanos: draft.costNanos.toString(),
    outcome: draft.outcome,
    error_code: draft.errorCode ?? undefined,
    http_status: draft.httpStatus,
    is_estimated: draft.isEstimated,
    queue_ms: Math.round(draft.queueMs),
    ttft_ms: draft.ttftMs === null ? undefined : Math.round(draft.ttftMs),
    total_ms: Math.round(draft.totalMs),
    upstream_usage: draft.upstreamUsage == null ? undefined : storable(draft.upstreamUsage),
    client: storableText(draft.client.slice(0, 200)),
    ip: draft.ip,
  });
}

function isStorableText(text: string): boolean {
  return storableText(text) === text;
}

/** As storableText(), for a JSON value of an upstream's making: one such string must not spoil a batch. Most are storable as they are, and looking costs less than copying. */
function storable(value: unknown): unknown {
  return isStorable(value) ? value : cleaned(value);
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [storableText(key), cleaned(each)]));
}

/** A number as its upstream spelt it (JSON.rawJSON) isn't: PostgreSQL may have none so large, so it is copied, as an object with a text. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return isStorableText(value);
  if (typeof value !== "object" || value === null) return true;
  if (Object.isFrozen(value)) return false;
  for (const key in value) {
    if (!isStorableText(key) || !isStorable((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}
