import { listStatementTurns } from "@lyceum/db";
import { idOf, privateJson } from "#features/playground/route-words.ts";
import { type StatementAnswer, statementFacts } from "#features/playground/statement/facts.ts";
import { getDb } from "#server/db.ts";
import { findPerson } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

type Context = { params: Promise<{ conversationId: string }> };

/** What is to be said of how one of one's own conversations was had, for a statement on the use of AI: StatementAnswer. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const id = idOf((await params).conversationId);
  const found = id === null ? null : await listStatementTurns(getDb(), user.id, id);
  if (found === null) return new Response(null, { status: 404 });
  const { siteName: site } = await getSettings();
  const facts = statementFacts(found.turns, found.systemPrompt);
  return Response.json({ site, facts } satisfies StatementAnswer, privateJson);
}
