import { z } from "zod";
import { runAsCsv, runAsJson } from "#features/speed/export.ts";
import { getOwnRun, getSharedRun } from "#features/speed/queries.ts";
import { findPerson } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

const query = z.object({
  run: z.uuid().optional(),
  shared: z.string().max(64).optional(),
  format: z.enum(["csv", "json"]),
});

/** What a run measured, as CSV or JSON: one's own, or a shared one. */
export async function GET(request: Request): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const wanted = query.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!wanted.success) return new Response(null, { status: 404 });
  const { run, shared, format } = wanted.data;
  const found = run ? await getOwnRun(user.id, run) : shared ? await getSharedRun(shared) : null;
  if (found === null) return new Response(null, { status: 404 });
  const { currency } = await getSettings();
  const name = `lyceum-speed-${found.run.startedAt.toISOString().slice(0, 16).replaceAll(":", "")}.${format}`;
  return new Response(format === "csv" ? runAsCsv(found) : runAsJson(found, currency), {
    headers: {
      "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/json",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}
