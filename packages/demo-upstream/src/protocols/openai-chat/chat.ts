import type { DemoCall, Refusal } from "../../scripts/plan.ts";
import type { Manners, Protocol } from "../protocol.ts";
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
  decode: rememberLast(decodeRequest),
  streamContentType: "text/event-stream; charset=utf-8",
  encodeStream,
  encodeWhole,
  encodeStreamRefusal: (refusal) => eventFrame(encodeRefusal(refusal)) + doneFrame,
};

/** An error body in OpenAI's shape. */
function encodeRefusal({ message, type, param, code }: Refusal): string {
  return JSON.stringify({ error: { message, type, param: param ?? null, code } });
}

/** A benchmark sends one body over and over: comparing its bytes costs a small part of parsing them. */
function rememberLast(decode: (body: Buffer) => DemoCall): Protocol["decode"] {
  let last: { body: Buffer; call: DemoCall } | undefined;
  return ({ body }) => {
    if (!last?.body.equals(body)) last = { body, call: decode(body) };
    return last.call;
  };
}
