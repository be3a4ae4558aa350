import { getPaletteItems } from "#features/palette/queries.ts";
import { findReader } from "#server/session.ts";

/** What the palette finds, when it is opened for the first time. */
export async function GET(): Promise<Response> {
  const user = await findReader();
  if (user instanceof Response) return user;
  return Response.json(await getPaletteItems(user), { headers: { "cache-control": "no-store" } });
}
