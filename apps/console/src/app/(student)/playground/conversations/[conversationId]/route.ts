import { findConversation } from "#features/playground/queries.ts";
import { idOf, privateJson } from "#features/playground/route-words.ts";
import { findPerson } from "#server/session.ts";

type Context = { params: Promise<{ conversationId: string }> };

/** One of one's own conversations: the end of its open branch, or what stands before one of its turns. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const id = idOf((await params).conversationId);
  const before = idOf(new URL(request.url).searchParams.get("before") ?? undefined) ?? undefined;
  const found = id === null ? null : await findConversation(user.id, id, { before });
  return found === null ? new Response(null, { status: 404 }) : Response.json(found, privateJson);
}
