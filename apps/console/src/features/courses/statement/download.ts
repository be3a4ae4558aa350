import "server-only";
import { getCourseReport, requireCourseRole, type SessionUser } from "@lyceum/db";
import { courseStatementPdf } from "@lyceum/documents";
import { AppError } from "@lyceum/domain";
import { courseStatement } from "@lyceum/ledger";
import { getLocale } from "next-intl/server";
import { csvResponse } from "#features/ledger/statement.ts";
import { getDb } from "#server/db.ts";
import { getPendingStep, getSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

/** A course's statement as a download, for its staff; for anybody else there is nothing here. */
export async function statementDownload(request: Request, courseId: string, kind: "csv" | "pdf"): Promise<Response> {
  const user = await getSession();
  if (!user || (await getPendingStep(user))) return new Response(null, { status: 401 });
  try {
    return await answer(user, courseId, new URL(request.url).searchParams.get("month") ?? "", kind);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "not_found") return new Response(null, { status: 404 });
    return new Response(error.sentence(await getLocale()), { status: error.status });
  }
}

async function answer(user: SessionUser, courseId: string, month: string, kind: "csv" | "pdf"): Promise<Response> {
  const [db, { timeZone: zone, currency }, locale] = [getDb(), await getSettings(), await getLocale()];
  const { id, code } = await requireCourseRole(db, user, courseId, "see");
  const name = `lyceum-${code.replace(/[^\w.-]/g, "_")}-${month}.${kind}`;
  if (kind === "csv")
    return csvResponse(await courseStatement(db, user, { courseId: id, month, zone, currency }), name);
  const report = await getCourseReport(db, user, { courseId: id, month, zone });
  const pdf = await courseStatementPdf(report, { locale: locale === "zh" ? "zh" : "en", currency, madeAt: new Date() });
  return new Response(new Uint8Array(pdf), {
    headers: {
      "content-type": "application/pdf",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}
