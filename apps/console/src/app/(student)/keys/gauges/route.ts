import { getOwnAccount } from "#features/balance/queries.ts";
import { getGauges } from "#features/limits/queries.ts";
import { getPendingStep, getSession } from "#server/session.ts";

/** One's own limits and what counts against them now; the keys page asks every few seconds. */
export async function GET(): Promise<Response> {
  const user = await getSession();
  if (!user || (await getPendingStep(user))) return new Response(null, { status: 401 });
  const gauges = await getGauges((await getOwnAccount(user.id)).id);
  return Response.json(gauges, { headers: { "cache-control": "no-store" } });
}
