import { finishCampusSignIn } from "#features/campus/flow.ts";

/** Back from the campus's own sign-in, with a code or ticket in the address; we lead on, so that it doesn't stay there. */
export async function GET(request: Request): Promise<Response> {
  const location = await finishCampusSignIn(new URL(request.url).searchParams);
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
