import { queueMember, type Waiting } from "../../canonical/waiting.ts";
import { encodeStreamError } from "./errors.ts";

/** Pings may come at any time, says the vendor's documentation; its own clients skip them also before `message_start`. */
export const waiting: Waiting = {
  sign: (about) => `event: ping\ndata: ${JSON.stringify({ type: "ping", ...queueMember(about) })}\n\n`,
  failure: (error, { requestId }) => encodeStreamError(error, requestId),
};
