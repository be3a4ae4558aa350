import "server-only";
import { type Db, findAttachment } from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import type { Prepared } from "./prepare.ts";

/** The bytes of one request. Whoever takes them has them alone: nothing keeps them once they are sent. */
export class RequestBody {
  readonly bytes: number;
  #parts: readonly Buffer[];

  constructor(parts: readonly Buffer[]) {
    this.#parts = parts;
    this.bytes = parts.reduce((sum, { length }) => sum + length, 0);
  }

  take(): readonly Buffer[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }
}

/** A request as it goes over the wire. Pictures are read one after the other, each into its place: as text they would fill the heap twice over. */
export async function readBody(
  db: Db,
  userId: string,
  { body, mark }: Pick<Prepared, "body" | "mark">,
): Promise<RequestBody> {
  const [first = "", ...rest] = JSON.stringify(body).split(mark);
  const parts = [Buffer.from(first)];
  for (const piece of rest) {
    const id = piece.slice(0, idLength);
    const picture = await findAttachment(db, userId, id);
    if (picture?.content == null) throw new AppError("not_found");
    parts.push(Buffer.from(`data:${picture.mediaType};base64,${picture.content.toString("base64")}`, "latin1"));
    parts.push(Buffer.from(piece.slice(idLength)));
  }
  return new RequestBody(parts);
}

const idLength = "00000000-0000-0000-0000-000000000000".length;
