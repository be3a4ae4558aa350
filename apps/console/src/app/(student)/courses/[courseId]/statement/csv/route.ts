import { statementDownload } from "#features/courses/statement/download.ts";

interface Context {
  params: Promise<{ courseId: string }>;
}

/** The course's statement of `?month=` (YYYY-MM, or all) as CSV. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  return statementDownload(request, (await params).courseId, "csv");
}
