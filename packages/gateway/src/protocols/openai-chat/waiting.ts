import { queueMember, type SignOfLife, type Waiting } from "../../canonical/waiting.ts";
import { encodeStreamError } from "./errors.ts";
import { replyId } from "./reply-encode.ts";

/**
 * A chunk with an empty text: loops that read `choices[0].delta.content` print nothing, and those that take every line for data, of which there are
 * many, would break on a comment.
 */
export const waiting: Waiting = {
  sign: (about) =>
    chunk("chat.completion.chunk", replyId("", about.requestId), about, {
      index: 0,
      // Without a role: the library for Python adds up the roles of all chunks.
      delta: { content: "" },
      logprobs: null,
      finish_reason: null,
    }),
  failure: (error, { requestId }) => encodeStreamError(error, requestId).toString(),
};

/** A chunk of a stream, in the shape that both of OpenAI's older APIs have in common. */
export function chunk(object: string, id: string, about: SignOfLife, choice: object): string {
  const { createdAt, model } = about;
  const head = { id, object, created: Math.floor(createdAt / 1_000), model };
  return `data: ${JSON.stringify({ ...head, choices: [choice], ...queueMember(about) })}\n\n`;
}
