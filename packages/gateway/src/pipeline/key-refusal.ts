import { hash as digest } from "node:crypto";
import { type AppError, type ErrorCode, type ErrorParameters, isApiKey } from "@lyceum/domain";
import { readKey } from "./authenticate.ts";
import type { Deps } from "./deps.ts";
import type { GatewayRequest } from "./gateway-request.ts";

/** A request that was refused before it was admitted: it leaves no usage record. */
export type KeyRefusal = {
  /** SHA-256 of the key, in hexadecimal; null for one that was copied badly. */
  readonly hash: string | null;
  /** What may be shown of the key: its first characters. */
  readonly prefix: string;
  readonly code: ErrorCode;
  /** Fill the sentence of the code; `wrong` says what is wrong with a key that was copied badly. */
  readonly parameters: ErrorParameters;
  readonly method: string;
  readonly path: string;
  readonly at: Date;
};

/** What somebody who sets up a client can mend, or has to be told. Rates, and what is our own fault, pass by themselves. */
const told: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(["invalid_request", "invalid_json", "body_too_large", "unsupported_media_type", "not_found"] as const),
  ...([
    "method_not_allowed",
    "invalid_key",
    "key_disabled",
    "key_expired",
    "key_leaked",
    "network_not_allowed",
  ] as const),
  ...(["account_disabled", "insufficient_balance", "key_cap_exceeded", "user_cap_exceeded"] as const),
  ...(["group_cap_exceeded", "tpm_too_small", "model_not_found", "model_not_allowed", "model_removed"] as const),
  ...(["model_unpriced", "model_paused", "model_lacks_capability", "group_not_allowed", "course_not_open"] as const),
  ...(["group_not_found", "terms_required"] as const),
]);

const PREFIX_LENGTH = 10;

/** Tells of a refusal whose key is known, or nearly. Only refused requests come here, and none of them asks the database. */
export function noteKeyRefusal(request: GatewayRequest, error: AppError, deps: Pick<Deps, "noteRefusal">): void {
  if (!told.has(error.code)) return;
  const given = readKey(request);
  const meant = given === null ? null : meantKey(given);
  if (meant === null) return;
  const { code, parameters } = error;
  const { method, path } = request;
  const wrong: ErrorParameters = code === "invalid_key" && meant.wrong !== null ? { wrong: meant.wrong } : {};
  deps.noteRefusal({
    ...{ hash: meant.hash, prefix: meant.prefix, code, parameters: { ...parameters, ...wrong }, method },
    // Somebody may have put the key into the address.
    path: path.includes("sk-ly-") ? "" : path,
    at: new Date(),
  });
}

type Meant = { hash: string | null; prefix: string; wrong: "start" | "around" | "letters" | null };

/**
 * The key that somebody meant: whole; without its beginning; with quotes or the like around it; or with letters that are missing or wrong, where only
 * the first ones tell whose it is. Null for what is nothing like a key of ours.
 */
export function meantKey(text: string): Meant | null {
  const whole = (key: string, wrong: Meant["wrong"]) => ({
    ...{ hash: digest("sha256", key, "hex"), prefix: key.slice(0, PREFIX_LENGTH), wrong },
  });
  if (text.length > 300) return null;
  if (isApiKey(text)) return whole(text, null);
  const headless = ["sk-ly-", "sk-", "s"].map((start) => start + text).find(isApiKey);
  if (headless !== undefined) return whole(headless, "start");
  const within = /sk-ly-[0-9A-Za-z]{46}/.exec(text)?.[0];
  if (within !== undefined && isApiKey(within)) return whole(within, "around");
  const prefix = /^\W*(sk-ly-[0-9A-Za-z]{4})/.exec(text)?.[1];
  return prefix === undefined ? null : { hash: null, prefix, wrong: "letters" };
}
