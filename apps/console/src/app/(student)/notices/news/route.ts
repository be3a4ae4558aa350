import { newsOf } from "#features/notices/news.ts";
import { findPerson } from "#server/session.ts";

/** Tells a page that stays open whether there is anything that it does not show yet. */
export async function GET(): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  return Response.json({ news: await newsOf(user.id) }, { headers: { "cache-control": "no-store" } });
}
