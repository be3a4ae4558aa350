import { listConversations } from "#features/playground/queries.ts";
import { privateJson } from "#features/playground/route-words.ts";
import { findPerson } from "#server/session.ts";

/** One's own conversations, or those that a search finds. */
export async function GET(request: Request): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const { query, before } = Object.fromEntries(new URL(request.url).searchParams);
  return Response.json(await listConversations(user.id, { query, before }), privateJson);
}
