import { AppError } from "@lyceum/domain";
import { AddressRefused } from "../upstream/guarded-connect.ts";
import type { UpstreamFault } from "../upstream/upstream.ts";

/** What a broken exchange means to whoever sets a channel up. */
export function faultOf({ cause, kind }: UpstreamFault, url: string): AppError {
  if (cause instanceof AddressRefused) {
    return new AppError("channel_address_refused", {
      parameters: { url, reason_zh: cause.reason.zh, reason_en: cause.reason.en },
    });
  }
  return new AppError("channel_unreachable", { cause, parameters: { url, reason: reasonOf(cause, kind) } });
}

/** There is something, but no model server as far as can be told. */
export function notLlm(url: string, reason: string): AppError {
  return new AppError("channel_not_llm", { parameters: { url, reason: reason.slice(0, 200) } });
}

/** The credential, or the account behind it, was not good enough. */
export function isRefusal(status: number): boolean {
  return status === 401 || status === 402 || status === 403;
}

/** The JSON of a body; null: it is none. */
export function parsedBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function reasonOf(cause: unknown, kind: string): string {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return kind;
}
