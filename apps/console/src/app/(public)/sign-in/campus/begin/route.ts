import { beginCampusSignIn } from "#features/campus/flow.ts";
import { safeNext } from "#server/public-paths.ts";

/** Off to the campus's own sign-in. A link, not a form: our content policy lets no form lead elsewhere. */
export async function GET(request: Request): Promise<Response> {
  const next = safeNext(new URL(request.url).searchParams.get("next") ?? undefined);
  const location = await beginCampusSignIn(next);
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
