import { listUsers } from "@lyceum/db";
import type { PaletteItem } from "#features/palette/items.ts";
import { getDb } from "#server/db.ts";
import { findPerson } from "#server/session.ts";

const MOST = 6;

/** People by a part of their ID or name, for an administrator's palette. */
export async function GET(request: Request): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  if (user.role !== "admin") return new Response(null, { status: 404 });
  const search = (new URL(request.url).searchParams.get("q") ?? "").trim().slice(0, 100).replaceAll("\u0000", "");
  const { rows } = search === "" ? { rows: [] } : await listUsers(getDb(), { search, pageSize: MOST });
  const items: PaletteItem[] = rows.map(({ id, name, studentId }) => ({
    group: "people",
    ...{ label: name, detail: studentId, href: `/admin/users?user=${id}` },
  }));
  return Response.json(items, { headers: { "cache-control": "no-store" } });
}
