import { getLocale } from "next-intl/server";
import { previewBalances } from "#features/courses/balances/read-balances.ts";
import { previewChoices } from "#features/courses/balances/schema.ts";
import { answerInStages } from "#features/courses/import/stages.ts";
import { readUpload, whoUploads } from "#features/courses/import/upload.ts";

type Context = { params: Promise<{ courseId: string }> };

/** What a file of amounts would change. Nothing is written, and nothing of the file is kept. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { courseId } = await params;
  const user = await whoUploads(courseId);
  if (user instanceof Response) return user;
  const upload = await readUpload(request, previewChoices);
  if (upload instanceof Response) return upload;
  const locale = await getLocale();
  return answerInStages(async (tell) => {
    await tell("comparing", 0);
    return previewBalances(user, courseId, upload.bytes, locale);
  });
}
