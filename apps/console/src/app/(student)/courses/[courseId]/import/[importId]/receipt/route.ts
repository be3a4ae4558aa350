import { listImportedMembers } from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { encodeReceipt } from "@lyceum/roster";
import { getLocale } from "next-intl/server";
import { receiptOf } from "#features/courses/import/receipt-of.ts";
import { getDb } from "#server/db.ts";
import { getPendingStep, getSession } from "#server/session.ts";

type Context = { params: Promise<{ courseId: string; importId: string }> };

/** The receipt of an import, also months later: out of what the course noted of its members. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const [{ courseId, importId }, user, locale] = await Promise.all([params, getSession(), getLocale()]);
  if (!user || (await getPendingStep(user))) return new Response(null, { status: 404 });
  try {
    const { members } = await listImportedMembers(getDb(), user, courseId, importId);
    return new Response(encodeReceipt(members.map(receiptOf), locale), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="receipt.csv"',
        "cache-control": "no-store",
      },
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return new Response(null, { status: 404 });
    throw error;
  }
}
