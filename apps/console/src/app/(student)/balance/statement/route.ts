import { getOwnAccount } from "#features/balance/queries.ts";
import { statementResponse } from "#features/ledger/statement.ts";
import { findPerson } from "#server/session.ts";

/** One's own statement of a month as CSV. */
export async function GET(request: Request): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const month = new URL(request.url).searchParams.get("month") ?? "";
  const { id: accountId } = await getOwnAccount(user.id);
  return statementResponse({ accountId, studentId: user.studentId, name: user.name }, month);
}
