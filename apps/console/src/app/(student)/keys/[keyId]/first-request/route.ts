import type { FoundRefusal, UsageRecordRow } from "@lyceum/db";
import { AppError, isErrorCode } from "@lyceum/domain";
import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";
import { fixFor } from "#features/keys/first-refusal.ts";
import type { FirstRequestAnswer } from "#features/keys/first-request.ts";
import { findFirstRequest } from "#features/keys/queries.ts";
import { getFormat } from "#i18n/server-format.ts";
import { findPerson } from "#server/session.ts";

/** What became of a key's first request; the page that waits for it asks every two seconds. Only for one's own keys. */
export async function GET(_request: Request, { params }: { params: Promise<{ keyId: string }> }): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const keyId = z.uuid().safeParse((await params).keyId);
  const found = keyId.success ? await findFirstRequest(user.id, keyId.data) : undefined;
  if (found === undefined) return new Response(null, { status: 404 });
  if (found === null) return answer({ state: "waiting" });
  return answer("record" in found ? await toldRecord(found.record) : await toldRefusal(found.refusal));
}

async function toldRecord(row: UsageRecordRow): Promise<FirstRequestAnswer> {
  const [format, locale] = await Promise.all([getFormat(), getLocale()]);
  const { errorCode, model } = row;
  return {
    state: row.outcome === "finished" ? "done" : "failed",
    status: row.httpStatus,
    model,
    tokens: format.tokens(row.inputTokens + row.outputTokens),
    cost: format.money(row.chargeNanos),
    time: format.dateTime(row.admittedAt),
    sentence: isErrorCode(errorCode) ? new AppError(errorCode, { parameters: { model } }).sentence(locale) : null,
  };
}

async function toldRefusal({ code, parameters, method, path, refusedAt }: FoundRefusal): Promise<FirstRequestAnswer> {
  const [format, locale, translate] = await Promise.all([getFormat(), getLocale(), getTranslations("keys")]);
  // A code of a later version, read by an earlier one.
  const error = new AppError(isErrorCode(code) ? code : "invalid_request", { parameters });
  const { wrong } = parameters;
  const isBadKey = error.code === "invalid_key" && (wrong === "start" || wrong === "around" || wrong === "letters");
  // The sentence of a wrong address says only that nothing is there; what to change stands beside it.
  const hint = error.code === "not_found" ? parameters[`hint_${locale}`] : undefined;
  return {
    state: "refused",
    status: error.status,
    asked: path === "" ? "" : `${method} ${path}`,
    time: format.dateTime(refusedAt),
    sentence: isBadKey ? translate(`wrongKey_${wrong}`) : String(hint ?? error.sentence(locale)),
    fix: fixFor(error.code),
  };
}

function answer(body: FirstRequestAnswer): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}
