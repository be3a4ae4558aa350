import { getOwnAccount } from "#features/balance/queries.ts";
import { getGauges } from "#features/limits/queries.ts";
import { findPerson } from "#server/session.ts";

/** One's own limits and what counts against them now; the keys page asks every few seconds. */
export async function GET(): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const gauges = await getGauges((await getOwnAccount(user.id)).id);
  return Response.json(gauges, { headers: { "cache-control": "no-store" } });
}
