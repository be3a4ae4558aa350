import { AppError, type ChannelOverrides, noConstraints, parseUpstreamUrl } from "@lyceum/domain";
import { headersOf } from "../pipeline/attempt.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { findProvider } from "../providers/find-provider.ts";
import { applyBodyOverrides, applyHeaderOverrides } from "../translation/overrides.ts";
import { chatCall } from "../translation/prepare-call.ts";
import { notLlm } from "./probe-errors.ts";

export type PreviewInput = {
  readonly protocol: string;
  readonly baseUrl: string;
  readonly allowPrivate: boolean;
  readonly upstreamModel: string;
  readonly overrides: ChannelOverrides;
  /** What a client sends to /v1/chat/completions: JSON text. */
  readonly body: string;
};

type Sent = { readonly headers: readonly (readonly [string, string])[]; readonly body: string };

/** A request as it would leave for the upstream, without the credential: `before` the channel's overrides, and `after` them. */
export type Preview = { readonly method: "POST"; readonly url: string; readonly before: Sent; readonly after: Sent };

/**
 * What becomes of a client's call on a channel, by the code that calls go through. Nothing is sent. Throws `invalid_request`, `invalid_json`,
 * `channel_address_refused`, `channel_not_llm`.
 */
export async function previewRequest(input: PreviewInput): Promise<Preview> {
  const { protocol, allowPrivate, upstreamModel, overrides } = input;
  const baseUrl = parseUpstreamUrl(input.baseUrl, allowPrivate);
  const provider = findProvider(protocol);
  if (provider === null) throw notLlm(baseUrl, `the protocol ${protocol} is not known`);
  const face = protocolOf("openai-chat");
  const decoded = face.decodeCall(Buffer.from(input.body), { captures: [], query: new URLSearchParams(), headers: {} });
  const call = await chatCall(face, decoded).prepare(
    {
      provider,
      upstreamModel,
      outputLimit: null,
      defaultOutputTokens: 4096,
      userPseudonym: "user_0123456789abcdef",
      constraints: noConstraints,
    },
    { requestId: "00000000-0000-7000-8000-000000000000", createdAt: 0, inputTokens: 0, fetchMedia: refuseMedia },
  );
  const headers = headersOf(decoded.isStream, call.headers);
  const { origin, pathname } = new URL(baseUrl);
  const path = pathname.replace(/\/+$/, "");
  return {
    method: "POST",
    url: origin + (provider.basePath?.(path) ?? path) + call.path,
    before: { headers: pairs(headers), body: call.body.toString("utf8") },
    after: {
      headers: pairs(applyHeaderOverrides(headers, overrides.headers)),
      body: applyBodyOverrides(call.body, overrides.body).toString("utf8"),
    },
  };
}

function pairs(headers: readonly string[]): [string, string][] {
  return headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? ""] as [string, string]] : []));
}

function refuseMedia(): Promise<never> {
  const reason_zh = "预览里的图片请用 data: 地址。";
  const reason_en = "in a preview give images as data: addresses.";
  return Promise.reject(new AppError("invalid_request", { parameters: { reason_zh, reason_en } }));
}
