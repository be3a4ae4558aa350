import type { Waiting } from "../../canonical/waiting.ts";
import { errorValue } from "./errors.ts";
import { wantsArray } from "./request.ts";
import { framingFor } from "./stream.ts";

/**
 * Empty lines, or white space within the array, whose bracket Google's former library wants to see first: google-genai takes comments for JSON that has
 * gone wrong, and a response without text would stand in the history of its chats. So there is nothing that could carry the place.
 */
export const waiting: Waiting = {
  opening: (call) => (wantsArray(call) ? "[" : ""),
  sign: (_about, call) => (wantsArray(call) ? "\n" : "\n\n"),
  failure(error, { requestId }, call) {
    const framing = framingFor(call);
    return framing.frame(JSON.stringify(errorValue(error, requestId))) + framing.end();
  },
};
