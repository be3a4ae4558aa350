import { findConversation } from "@lyceum/db";
import { followConversation } from "#features/playground/follow.ts";
import { getLiveRuns } from "#features/playground/live-runs.ts";
import { readPositions } from "#features/playground/positions.ts";
import { idOf } from "#features/playground/route-words.ts";
import { getDb } from "#server/db.ts";
import { findPerson } from "#server/session.ts";

type Context = { params: Promise<{ conversationId: string }> };

/** What happens in one of one's own conversations, until nothing runs there any more. Whoever leaves stops nothing. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const id = idOf((await params).conversationId);
  if (id === null || (await findConversation(getDb(), user.id, id)) === null)
    return new Response(null, { status: 404 });
  const from = readPositions(new URL(request.url).searchParams.get("from"));
  const left = new AbortController();
  request.signal.addEventListener("abort", () => left.abort());
  const events = followConversation({ db: getDb(), runs: getLiveRuns() }, user.id, id, from, left.signal);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    // Pulled: whoever reads slowly gets larger pieces, and nothing is kept for them.
    async pull(controller) {
      const { done, value } = await events.next();
      if (done === true) return controller.close();
      const text = value === null ? ": \n\n" : `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
      controller.enqueue(encoder.encode(text));
    },
    cancel() {
      left.abort();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "private, no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
