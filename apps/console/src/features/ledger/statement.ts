import "server-only";
import { AppError } from "@lyceum/domain";
import { accountStatement } from "@lyceum/ledger";
import { getLocale } from "next-intl/server";
import { getDb } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";

interface Holder {
  accountId: string;
  studentId: string;
  name: string;
}

/** A month's statement as a download, read from the database as it is sent. A month that makes no sense is answered with 400. */
export async function statementResponse({ accountId, studentId, name }: Holder, month: string): Promise<Response> {
  const { timeZone: zone, currency } = await getSettings();
  try {
    const holder = `${studentId} ${name}`;
    const pieces = await accountStatement(getDb(), { accountId, month, zone, currency, holder });
    return csvResponse(pieces, `lyceum-statement-${studentId.replace(/[^\w.-]/g, "_")}-${month}.csv`);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "invalid_request") throw error;
    return new Response(error.sentence(await getLocale()), { status: 400 });
  }
}

/** CSV as a download, read as it is sent. */
export function csvResponse(pieces: AsyncGenerator<string>, name: string): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void pieces.return(undefined),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}
