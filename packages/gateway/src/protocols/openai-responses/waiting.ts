import type { Waiting } from "../../canonical/waiting.ts";
import { ResponsesEncoder } from "./stream.ts";

/**
 * A comment. Events such as `response.queued` have ids and sequence numbers that those of the upstream's stream would contradict; the official
 * clients, which are all that read this protocol, skip comments.
 */
export const waiting: Waiting = {
  sign: ({ place, waitMs }) =>
    place === null
      ? ": in line\n\n"
      : `: in line, place ${place}${waitMs === null ? "" : `, about ${Math.ceil(waitMs / 1_000)} s`}\n\n`,
  failure(error, { model, requestId, createdAt }) {
    const nothing = () => {
      throw new Error("the end of a response that has not begun says nothing of the request");
    };
    const context = {
      model,
      requestId,
      createdAt,
      wantsStreamUsage: true,
      choices: 1,
      inputTokens: 0,
      request: nothing,
    };
    return new ResponsesEncoder(context, {}).error(error, requestId);
  },
};
