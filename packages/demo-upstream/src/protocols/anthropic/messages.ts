import type { Protocol } from "../protocol.ts";
import { rememberLast } from "../remember-last.ts";
import { namedEvent } from "../sse.ts";
import { anthropicManners } from "./manners.ts";
import { decodeMessages } from "./request.ts";
import { encodeStream } from "./stream.ts";
import { encodeWhole } from "./whole.ts";

/** Anthropic's messages. */
export const anthropicMessages: Protocol = {
  ...anthropicManners,
  name: "anthropic-messages",
  accepts: (method, pathname) => method === "POST" && pathname === "/v1/messages",
  decode: rememberLast(decodeMessages, ["anthropic-version", "anthropic-beta"]),
  streamContentType: "text/event-stream; charset=utf-8",
  encodeStream,
  encodeWhole,
  encodeStreamRefusal: (refusal) => namedEvent("error", anthropicManners.encodeRefusal(refusal)),
};
