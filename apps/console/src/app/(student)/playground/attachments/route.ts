import { addAttachment } from "@lyceum/db";
import { playgroundLimits } from "#features/playground/contract.ts";
import { mostUploadBytes, readUpload } from "#features/playground/files/read-upload.ts";
import { type UploadProblem, uploadProblem } from "#features/playground/files/upload-problems.ts";
import { privateJson } from "#features/playground/route-words.ts";
import { attachmentView } from "#features/playground/views.ts";
import { readBody } from "#server/body.ts";
import { getDb } from "#server/db.ts";
import { isOwnOrigin } from "#server/origin.ts";
import { findPerson } from "#server/session.ts";

/** Takes a file for a question: an image, or the text of a PDF or a text file. Never sent, it is gone after a day. */
export async function POST(request: Request): Promise<Response> {
  if (!isOwnOrigin(request.headers)) return new Response(null, { status: 403 });
  const user = await findPerson();
  if (user instanceof Response) return user;
  let most = 0;
  const bytes = await readBody(request, (beginning) => {
    most = mostUploadBytes(beginning);
    return most;
  });
  if (bytes === null) return refuse(uploadProblem("too_large", most), 413);
  const name = new URL(request.url).searchParams.get("name") ?? "";
  const file = await readUpload(bytes, name);
  if ("code" in file) return refuse(file, file.code === "too_large" ? 413 : 400);
  const { attachmentBytesPerPerson } = playgroundLimits;
  const id = await getDb().$transaction((tx) => addAttachment(tx, user.id, file, attachmentBytesPerPerson));
  if (id === null) return refuse(uploadProblem("full", attachmentBytesPerPerson), 409);
  return Response.json(attachmentView({ ...file, id }), { status: 201, ...privateJson });
}

function refuse(problem: UploadProblem, status: number): Response {
  return Response.json(problem, { status, ...privateJson });
}
