import { AppError, type ChannelOverrides, parseUpstreamUrl } from "@lyceum/domain";
import type { Protocol } from "../canonical/protocol.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { findProvider } from "../providers/find-provider.ts";
import { applyHeaderOverrides } from "../translation/overrides.ts";
import { createUpstream } from "../upstream/undici-upstream.ts";
import { askForWord } from "./ask-for-word.ts";
import { type Collected, collect } from "./collect.ts";
import { type Detection, detectChannel } from "./detect-channel.ts";
import { modelLists } from "./model-lists.ts";
import { faultOf, isRefusal, notLlm, parsedBody } from "./probe-errors.ts";
import { trialChannel } from "./trial-channel.ts";

/** In place of a provider: it is to be found out. */
export const DETECT = "detect";

/** `credential` null: the upstream asks for none. Without `upstreamModel` only the list of models is fetched. */
export type ChannelTest = {
  /** A provider, its protocol, or DETECT. */
  readonly protocol: string;
  readonly baseUrl: string;
  readonly credential: string | null;
  readonly upstreamModel?: string | undefined;
  readonly allowPrivate: boolean;
  /** What the channel's requests get beside the usual. */
  readonly headers?: ChannelOverrides["headers"] | undefined;
};

/** Times in milliseconds; without a chat both concern the list of models, and `sample` is empty. */
export type ChannelTestResult = {
  readonly ok: true;
  readonly models: string[];
  readonly ttftMs: number;
  readonly totalMs: number;
  readonly sample: string;
  /** What the server was found to be; null: it was not to be found out. */
  readonly detection: Detection | null;
};

const TIMEOUT_MS = 30_000;

/**
 * Tries a channel before it is saved: finds out what it is, if that is asked, lists its models and, if one is named, asks it for a word,
 * streamed. It costs nobody anything. Throws channel_address_refused, channel_unreachable, channel_credential_refused,
 * channel_model_refused or channel_not_llm.
 */
export async function testChannel(test: ChannelTest): Promise<ChannelTestResult> {
  if (test.protocol !== DETECT) return { ...(await tried(test)), detection: null };
  const startedAt = performance.now();
  const detection = await detectChannel(test);
  const { provider, baseUrl, models } = detection.chosen;
  if (test.upstreamModel !== undefined)
    return { ...(await tried({ ...test, protocol: provider, baseUrl })), detection };
  const totalMs = Math.round(performance.now() - startedAt);
  return { ok: true, models: [...models], ttftMs: totalMs, totalMs, sample: "", detection };
}

async function tried(test: ChannelTest): Promise<Omit<ChannelTestResult, "detection">> {
  const baseUrl = parseUpstreamUrl(test.baseUrl, test.allowPrivate);
  const provider = findProvider(test.protocol);
  if (provider === null) throw notLlm(baseUrl, `the protocol ${test.protocol} is not known`);
  const protocol = protocolOf(provider.protocol);
  const { credential, allowPrivate } = test;
  const channel = trialChannel({ id: "test", protocol: test.protocol, baseUrl, allowPrivate }, TIMEOUT_MS);
  const upstream = createUpstream();
  try {
    const { query, headers, read, alsoReads } = modelLists[provider.protocol];
    const list = await collect(upstream, {
      channel,
      credential,
      method: "GET",
      path: provider.modelsPath + query,
      headers: applyHeaderOverrides([...usualHeaders, ...headers], test.headers ?? []),
      body: null,
      requestId: null,
      startTimeoutMs: TIMEOUT_MS,
    });
    // A server that serves one model may have no list of it; then the chat decides.
    const isListless =
      list.kind === "answer" && (list.status === 404 || list.status === 405) && test.upstreamModel !== undefined;
    const value = isListless ? null : parsedBody(checked(list, baseUrl, protocol).body);
    const listed = isListless ? [] : (read(value) ?? alsoReads?.(value) ?? null);
    if (listed === null) throw notLlm(baseUrl, `GET ${provider.modelsPath} is no list of models`);
    const models = listed.map(({ name }) => name);
    if (test.upstreamModel === undefined)
      return { ok: true, models, ttftMs: list.firstByteMs, totalMs: list.totalMs, sample: "" };
    const asked = askForWord({ channel, credential }, provider, protocol, test.upstreamModel);
    const chat = await collect(
      upstream,
      { ...asked, headers: applyHeaderOverrides(asked.headers, test.headers ?? []) },
      protocol,
    );
    // The credential was good enough for the list: what is refused now is the model.
    if (!isListless && chat.kind === "answer" && isRefusal(chat.status)) {
      throw new AppError("channel_model_refused", { parameters: { model: test.upstreamModel, status: chat.status } });
    }
    return { ok: true, models, ...sampleOf(checked(chat, baseUrl, protocol), baseUrl, protocol) };
  } finally {
    await upstream.close();
  }
}

const usualHeaders = ["accept", "application/json", "accept-encoding", "identity", "user-agent", "lyceum"];

type Answer = Extract<Collected, { kind: "answer" }>;

/** The answer if it is a good one; else throws what is wrong with it. */
function checked(collected: Collected, url: string, protocol: Protocol): Answer {
  if (collected.kind === "fault") throw faultOf(collected.fault, url);
  const { status } = collected;
  if (isRefusal(status)) throw new AppError("channel_credential_refused", { parameters: { status } });
  if (status >= 300) {
    const said = protocol.readComplaint(collected.body)?.message ?? "";
    throw notLlm(url, `HTTP ${status} ${said}`.trim());
  }
  return collected;
}

function sampleOf(
  answer: Answer,
  url: string,
  protocol: Protocol,
): { ttftMs: number; totalMs: number; sample: string } {
  const { sample, complaint, firstOutputMs, totalMs, body } = answer;
  if (sample === null) {
    const said = complaint?.message ?? protocol.readComplaint(body)?.message ?? "the chat gave no output";
    throw notLlm(url, said);
  }
  return { ttftMs: firstOutputMs ?? totalMs, totalMs, sample };
}
