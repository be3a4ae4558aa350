import "server-only";
import { requireCourseRole, type SessionUser } from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { rosterLimits } from "@lyceum/roster";
import { headers } from "next/headers";
import type { z } from "zod";
import { getClient } from "#server/client.ts";
import { getDb } from "#server/db.ts";
import { isOwnOrigin } from "#server/origin.ts";
import { getPendingStep, getSession } from "#server/session.ts";

/** Beside the file: choices, of which edits may be many, and the marks between the parts. */
const CHOICES_BYTES = 2_000_000;

export type Upload<Choices> = { readonly bytes: Uint8Array; readonly fileName: string; readonly choices: Choices };

/** Who asks, or the answer to whoever may not import into this course: as where nothing is. The body is not looked at before. */
export async function whoUploads(courseId: string): Promise<(SessionUser & { ip: string }) | Response> {
  const user = await getSession();
  if (!user || (await getPendingStep(user))) return new Response(null, { status: 404 });
  if (!isOwnOrigin(await headers())) return new Response(null, { status: 403 });
  try {
    await requireCourseRole(getDb(), user, courseId, "roster");
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return new Response(null, { status: 404 });
    throw error;
  }
  return { ...user, ip: (await getClient()).ip };
}

/** The file and the choices of a request; no more of it than a list may be is read. */
export async function readUpload<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<Upload<z.output<Schema>> | Response> {
  const body = await readBounded(request, rosterLimits.fileBytes + CHOICES_BYTES);
  if (body === null) return new Response(null, { status: 413 });
  const type = request.headers.get("content-type") ?? "";
  // What is no form is refused below, as one without a file is.
  const form = await new Response(body, { headers: { "content-type": type } }).formData().catch(() => null);
  const file = form?.get("file");
  const choices = schema.safeParse(parsed(form?.get("choices")));
  if (!(file instanceof File) || !choices.success) return new Response(null, { status: 400 });
  const fileName = [...file.name.replace(/\p{Cc}/gu, "")].slice(0, 200).join("").trim() || "roster";
  return { bytes: new Uint8Array(await file.arrayBuffer()), fileName, choices: choices.data };
}

function parsed(text: FormDataEntryValue | null | undefined): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readBounded(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    size += part.value.length;
    if (size > limit) {
      await reader?.cancel();
      return null;
    }
    chunks.push(part.value);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
