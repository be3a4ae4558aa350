import { listRosterMembers, requireCourseRole } from "@lyceum/db";
import { getLocale } from "next-intl/server";
import { compareRoster } from "#features/courses/import/compare.ts";
import { moneyFacts } from "#features/courses/import/money-facts.ts";
import { previewOf } from "#features/courses/import/preview.ts";
import { rosterChoices } from "#features/courses/import/schema.ts";
import { answerInStages } from "#features/courses/import/stages.ts";
import { readUpload, whoUploads } from "#features/courses/import/upload.ts";
import { getDb } from "#server/db.ts";

type Context = { params: Promise<{ courseId: string }> };

/** What a list would change in the course. Nothing is written, and nothing of the file is kept. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { courseId } = await params;
  const user = await whoUploads(courseId);
  if (user instanceof Response) return user;
  const upload = await readUpload(request, rosterChoices);
  if (upload instanceof Response) return upload;
  const locale = await getLocale();
  return answerInStages(async (tell) => {
    await tell("comparing", 0);
    const { bytes, choices } = upload;
    const comparison = compareRoster(bytes, choices, await listRosterMembers(getDb(), user, courseId));
    const answer = previewOf(comparison, new Set(choices.edits.map(([row]) => row)), locale);
    if (!answer.ok || !comparison.ok) return answer;
    const { hasEnded } = await requireCourseRole(getDb(), user, courseId, "roster");
    return hasEnded ? answer : { ...answer, money: await moneyFacts(getDb(), user, courseId, comparison.compared) };
  });
}
