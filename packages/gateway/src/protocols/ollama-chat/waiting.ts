import { queueMember, type Waiting } from "../../canonical/waiting.ts";
import { encodeErrorLine } from "./errors.ts";
import type { Shape } from "./response.ts";

/** A line with an empty text, in the words of one of the two endpoints. */
export function waitingAs(shape: Shape): Waiting {
  return {
    sign: (about) =>
      `${JSON.stringify({
        model: about.model,
        created_at: new Date().toISOString(),
        ...shape({ text: "" }),
        done: false,
        ...queueMember(about),
      })}\n`,
    failure: (error, { requestId }) => encodeErrorLine(error, requestId),
  };
}
