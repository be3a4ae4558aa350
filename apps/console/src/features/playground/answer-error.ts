import { type AppError, type ErrorCode, errorTable, isErrorCode } from "@lyceum/domain";
import { z } from "zod";
import type { AnswerError, ErrorFix } from "./contract.ts";

const errorBody = z.object({ error: z.object({ code: z.string().nullish(), message: z.string() }) });

/** What the one button does. Codes that no answer can end with are not here: trying again is all there is. */
const fixes: Partial<Record<ErrorCode, ErrorFix>> = {
  insufficient_balance: "top-up",
  user_cap_exceeded: "ask-staff",
  group_cap_exceeded: "ask-staff",
  account_disabled: "ask-staff",
  forbidden: "ask-staff",
  group_not_allowed: "other-model",
  model_not_found: "other-model",
  model_not_allowed: "other-model",
  model_removed: "other-model",
  model_unpriced: "other-model",
  model_paused: "other-model",
  model_lacks_capability: "other-model",
  upstream_unavailable: "other-model",
  queue_full: "other-model",
  queue_timeout: "other-model",
  body_too_large: "shorten",
  tpm_too_small: "shorten",
  invalid_request: "parameters",
  upstream_rejected: "parameters",
  invalid_key: "sign-in",
  terms_required: "accept-terms",
};
const hrefs: Partial<Record<ErrorFix, string>> = {
  "top-up": "/balance/empty",
  "ask-staff": "/balance/empty",
  "sign-in": "/sign-in",
  "accept-terms": "/terms",
};

/** How upstreams say that a prompt is longer than the model reads. */
const tooLong = /context|too long|too many tokens|maximum.{0,30}(length|tokens)|上下文|过长|超出.{0,10}长度/i;

/** The gateway didn't answer, or its answer broke off without a word. */
export const unreachable: AnswerError = {
  code: "unreachable",
  zh: "没有收到完整的应答：网关正在重启或连接中断。请重试。",
  en: "No whole answer came: the gateway is restarting, or the connection broke off. Try again.",
  ...{ move: "wait", fix: "retry", href: null, retryAfterSeconds: null },
};

/** What the gateway's body says went wrong. */
export function errorOfBody(text: string, retryAfter: string | undefined): AnswerError {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return unreachable; // not the gateway's own: something between answered
  }
  const body = errorBody.safeParse(parsed);
  return body.success ? errorOfAnswer({ ...body.data.error, retryAfter }) : unreachable;
}

/** A code of the gateway and its sentence in both languages. */
export function errorOfAnswer(error: {
  code?: string | null;
  message: string;
  retryAfter?: string | undefined;
}): AnswerError {
  const code = error.code != null && isErrorCode(error.code) ? error.code : "upstream_error";
  return describe(code, sentences(error.message), error.retryAfter);
}

/** What this process itself found wrong before it asked. */
export function errorOfApp(error: AppError): AnswerError {
  return describe(error.code, { zh: error.sentence("zh"), en: error.sentence("en") }, undefined);
}

function describe(code: ErrorCode, words: { zh: string; en: string }, retryAfter: string | undefined): AnswerError {
  const isTooLong = code === "upstream_rejected" && tooLong.test(words.en);
  const fix = isTooLong ? "shorten" : (fixes[code] ?? "retry");
  const seconds = Number(retryAfter);
  return {
    ...{ code, ...words, move: errorTable[code].move, fix, href: hrefs[fix] ?? null },
    retryAfterSeconds: retryAfter !== undefined && Number.isFinite(seconds) ? seconds : null,
  };
}

/** "中文 / English": the slash in the middle, as there may be others inside of both. */
function sentences(message: string): { zh: string; en: string } {
  const parts = message.replaceAll("\0", "").split(" / ");
  if (parts.length < 2) return { zh: parts.join(), en: parts.join() };
  const half = Math.ceil(parts.length / 2);
  return { zh: parts.slice(0, half).join(" / "), en: parts.slice(half).join(" / ") };
}
