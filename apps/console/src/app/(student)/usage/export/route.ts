import { exportRecords } from "#features/usage/export.ts";
import { readUsageParams } from "#features/usage/params.ts";
import { findPerson } from "#server/session.ts";

/** The request list of the span as CSV: one's own rows only. */
export async function GET(request: Request): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const params = readUsageParams(Object.fromEntries(new URL(request.url).searchParams));
  const { name, body } = await exportRecords(user.id, params);
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}
