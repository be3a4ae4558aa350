import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { AppError, parseUpstreamUrl } from "@lyceum/domain";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { findProvider } from "../providers/find-provider.ts";
import { AddressRefused } from "../upstream/guarded-connect.ts";
import { createUpstream } from "../upstream/undici-upstream.ts";
import { askForWord } from "./ask-for-word.ts";
import { type Collected, collect } from "./collect.ts";

/** `credential` null: the upstream asks for none. Without `upstreamModel` only the list of models is fetched. */
export type ChannelTest = {
  readonly protocol: string;
  readonly baseUrl: string;
  readonly credential: string | null;
  readonly upstreamModel?: string | undefined;
  readonly allowPrivate: boolean;
};

/** Times in milliseconds; without a chat both concern the list of models, and `sample` is empty. */
export type ChannelTestResult = {
  readonly ok: true;
  readonly models: string[];
  readonly ttftMs: number;
  readonly totalMs: number;
  readonly sample: string;
};

const TIMEOUT_MS = 30_000;

/**
 * Tries a channel before it is saved: lists its models and, if one is named, asks it for a word, streamed. It costs nobody anything.
 * Throws channel_address_refused, channel_unreachable, channel_credential_refused, channel_model_refused or channel_not_llm.
 */
export async function testChannel(test: ChannelTest): Promise<ChannelTestResult> {
  const baseUrl = parseUpstreamUrl(test.baseUrl, test.allowPrivate);
  const provider = findProvider(test.protocol);
  if (provider === null) throw notLlm(baseUrl, `the protocol ${test.protocol} is not known`);
  const channel: ChannelConfig = {
    id: "test",
    name: "test",
    protocol: test.protocol,
    baseUrl,
    credential: test.credential,
    allowPrivate: test.allowPrivate,
    idleTimeoutMs: TIMEOUT_MS,
    totalTimeoutMs: TIMEOUT_MS,
  };
  const upstream = createUpstream();
  try {
    const headers = ["accept", "application/json", "accept-encoding", "identity", "user-agent", "lyceum"];
    const list = await collect(upstream, {
      channel,
      method: "GET",
      path: provider.modelsPath,
      headers,
      body: null,
      requestId: null,
      startTimeoutMs: TIMEOUT_MS,
    });
    // A server that serves one model may have no list of it; then the chat decides.
    const isListless =
      list.kind === "answer" && (list.status === 404 || list.status === 405) && test.upstreamModel !== undefined;
    const models = isListless ? [] : modelNames(checked(list, baseUrl), baseUrl);
    if (test.upstreamModel === undefined)
      return { ok: true, models, ttftMs: list.firstByteMs, totalMs: list.totalMs, sample: "" };
    const chat = await collect(upstream, askForWord(channel, test.upstreamModel));
    // The credential was good enough for the list: what is refused now is the model.
    if (!isListless && chat.kind === "answer" && isRefusal(chat.status)) {
      throw new AppError("channel_model_refused", { parameters: { model: test.upstreamModel, status: chat.status } });
    }
    return { ok: true, models, ...sampleOf(checked(chat, baseUrl), baseUrl) };
  } finally {
    await upstream.close();
  }
}

type Answer = Extract<Collected, { kind: "answer" }>;

/** The answer if it is a good one; else throws what is wrong with it. */
function checked(collected: Collected, url: string): Answer {
  if (collected.kind === "fault") {
    const { cause, kind } = collected.fault;
    if (cause instanceof AddressRefused) {
      throw new AppError("channel_address_refused", {
        parameters: { url, reason_zh: cause.reason.zh, reason_en: cause.reason.en },
      });
    }
    throw new AppError("channel_unreachable", { cause, parameters: { url, reason: reasonOf(cause, kind) } });
  }
  const { status } = collected;
  if (isRefusal(status)) throw new AppError("channel_credential_refused", { parameters: { status } });
  if (status >= 300) {
    const said = openaiChat.readComplaint(collected.body)?.message ?? "";
    throw notLlm(url, `HTTP ${status} ${said}`.trim().slice(0, 200));
  }
  return collected;
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 402 || status === 403;
}

function modelNames(answer: Answer, url: string): string[] {
  const value = parsed(answer.body);
  const data = isRecord(value) && Array.isArray(value.data) ? value.data : null;
  if (data === null) throw notLlm(url, "GET /models is no list of models");
  return data.flatMap((each) => (isRecord(each) && typeof each.id === "string" ? [each.id] : []));
}

function sampleOf(answer: Answer, url: string): { ttftMs: number; totalMs: number; sample: string } {
  if (answer.sample === null) {
    const said = openaiChat.readComplaint(answer.body)?.message ?? "the chat gave no output";
    throw notLlm(url, said.slice(0, 200));
  }
  return { ttftMs: answer.firstOutputMs ?? answer.totalMs, totalMs: answer.totalMs, sample: answer.sample };
}

function notLlm(url: string, reason: string): AppError {
  return new AppError("channel_not_llm", { parameters: { url, reason } });
}

function reasonOf(cause: unknown, kind: string): string {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return kind;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
