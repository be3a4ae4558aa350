import type { Refusal } from "../../scripts/plan.ts";
import type { Manners, Protocol } from "../protocol.ts";
import { rememberLast } from "../remember-last.ts";
import { decodeRequest } from "./request.ts";
import { doneFrame, encodeStream, eventFrame } from "./stream.ts";
import { encodeWhole } from "./whole.ts";

/** What all of OpenAI's paths have in common. */
export const openaiManners: Manners = { credentials: ["bearer"], encodeRefusal };

/** Chat completions as OpenAI and its many imitators speak them. */
export const openaiChat: Protocol = {
  ...openaiManners,
  name: "openai-chat",
  accepts: (method, path) => method === "POST" && path === "/v1/chat/completions",
  decode: rememberLast(({ body }) => decodeRequest(body)),
  streamContentType: "text/event-stream; charset=utf-8",
  encodeStream,
  encodeWhole,
  encodeStreamRefusal: (refusal) => eventFrame(encodeRefusal(refusal)) + doneFrame,
};

/** An error body in OpenAI's shape. */
function encodeRefusal({ message, type, param, code }: Refusal): string {
  return JSON.stringify({ error: { message, type, param: param ?? null, code } });
}
