import { AppError, isErrorCode } from "@lyceum/domain";
import { getLocale } from "next-intl/server";
import { z } from "zod";
import type { FirstRequestAnswer } from "#features/keys/first-request.ts";
import { findFirstRequest } from "#features/keys/queries.ts";
import { getFormat } from "#i18n/server-format.ts";
import { getPendingStep, getSession } from "#server/session.ts";

/** What became of a key's first request; the page that waits for it asks every two seconds. Only for one's own keys. */
export async function GET(_request: Request, { params }: { params: Promise<{ keyId: string }> }): Promise<Response> {
  const user = await getSession();
  if (!user || (await getPendingStep(user))) return new Response(null, { status: 401 });
  const keyId = z.uuid().safeParse((await params).keyId);
  const row = keyId.success ? await findFirstRequest(user.id, keyId.data) : undefined;
  if (row === undefined) return new Response(null, { status: 404 });
  if (row === null) return answer({ state: "waiting" });
  const [format, locale] = await Promise.all([getFormat(), getLocale()]);
  const { errorCode, model } = row;
  return answer({
    state: row.outcome === "finished" ? "done" : "failed",
    status: row.httpStatus,
    model,
    tokens: format.tokens(row.inputTokens + row.outputTokens),
    cost: format.money(row.chargeNanos),
    time: format.dateTime(row.admittedAt),
    sentence: isErrorCode(errorCode) ? new AppError(errorCode, { parameters: { model } }).sentence(locale) : null,
  });
}

function answer(body: FirstRequestAnswer): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}
