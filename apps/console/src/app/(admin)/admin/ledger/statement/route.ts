import { getUserByStudentId } from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { getLocale } from "next-intl/server";
import { statementResponse } from "#features/ledger/statement.ts";
import { getDb } from "#server/db.ts";
import { getPendingStep, getSession } from "#server/session.ts";

/** A person's statement of a month as CSV, for administrators and auditors; for anybody else there is nothing here. */
export async function GET(request: Request): Promise<Response> {
  const user = await getSession();
  if (!user || (await getPendingStep(user))) return new Response(null, { status: 401 });
  if (user.role === "student") return new Response(null, { status: 404 });
  const params = new URL(request.url).searchParams;
  try {
    const person = await getUserByStudentId(getDb(), params.get("student") ?? "");
    return await statementResponse(person, params.get("month") ?? "");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return new Response(error.sentence(await getLocale()), { status: error.status });
  }
}
