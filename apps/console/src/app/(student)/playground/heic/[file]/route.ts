import { heicFile, isHeicFile } from "#features/playground/heic/files.ts";
import { findPerson } from "#server/session.ts";

type Context = { params: Promise<{ file: string }> };

/** The worker that reads HEIC where the browser can't, and what it loads. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const user = await findPerson();
  if (user instanceof Response) return user;
  const { file } = await params;
  return isHeicFile(file ?? "")
    ? heicFile(file as Parameters<typeof heicFile>[0])
    : new Response(null, { status: 404 });
}
