import { applyBalances } from "#features/courses/balances/read-balances.ts";
import { applyChoices } from "#features/courses/balances/schema.ts";
import { answerInStages } from "#features/courses/import/stages.ts";
import { readUpload, whoUploads } from "#features/courses/import/upload.ts";

type Context = { params: Promise<{ courseId: string }> };

/** Gives each member of a file their amount: all of them or nobody. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { courseId } = await params;
  const user = await whoUploads(courseId);
  if (user instanceof Response) return user;
  const upload = await readUpload(request, applyChoices);
  if (upload instanceof Response) return upload;
  return answerInStages(async (tell) => {
    await tell("writing", 0);
    return applyBalances(user, courseId, upload.bytes, upload.choices);
  });
}
