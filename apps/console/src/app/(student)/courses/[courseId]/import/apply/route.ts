import { getLocale } from "next-intl/server";
import { applyUpload } from "#features/courses/import/apply.ts";
import { applyChoices } from "#features/courses/import/schema.ts";
import { answerInStages } from "#features/courses/import/stages.ts";
import { readUpload, whoUploads } from "#features/courses/import/upload.ts";

type Context = { params: Promise<{ courseId: string }> };

/** Brings the course to a list, as its preview showed: in one transaction, or not at all. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { courseId } = await params;
  const user = await whoUploads(courseId);
  if (user instanceof Response) return user;
  const upload = await readUpload(request, applyChoices);
  if (upload instanceof Response) return upload;
  const locale = await getLocale();
  return answerInStages((tell) => applyUpload(user, courseId, upload, locale, tell));
}
