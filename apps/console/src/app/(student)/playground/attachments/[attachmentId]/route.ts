import { findAttachment } from "@lyceum/db";
import { idOf } from "#features/playground/route-words.ts";
import { getDb } from "#server/db.ts";
import { findPerson } from "#server/session.ts";

type Context = { params: Promise<{ attachmentId: string }> };

/** One of one's own files: an image, or the text that models get of it. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const id = idOf((await params).attachmentId);
  const found = id === null ? null : await findAttachment(getDb(), user.id, id);
  if (found === null) return new Response(null, { status: 404 });
  const { content, text, mediaType } = found;
  return new Response(content === null ? text : new Uint8Array(content), {
    headers: {
      "content-type": content === null ? "text/plain; charset=utf-8" : mediaType,
      // Somebody's file must be nothing but looked at, whatever it holds; the policy of every answer is the console's.
      "x-content-type-options": "nosniff",
      // Nobody who signs in here next finds it in the browser's cache.
      "cache-control": "private, no-store",
    },
  });
}
