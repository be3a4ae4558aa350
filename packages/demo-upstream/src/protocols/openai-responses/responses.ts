import type { Answer, DemoCall, Refusal } from "../../scripts/plan.ts";
import { openaiManners } from "../openai-chat/chat.ts";
import type { DemoRequest, Lookup, Protocol } from "../protocol.ts";
import { readBody } from "../read-body.ts";
import { namedEvent } from "../sse.ts";
import { assembleItems } from "./conversation.ts";
import { createLookups } from "./lookups.ts";
import { customTools, toCall } from "./request.ts";
import type { Asked } from "./response.ts";
import { type Body, bodySchema, type Item } from "./schema.ts";
import { createResponseStore, type ResponseObject } from "./store.ts";
import { encodeStream } from "./stream.ts";
import { encodeWhole } from "./whole.ts";

type Request = Asked & { items: readonly Item[]; bytes: number };

const askedBy = (request: Request, { quirks }: Answer): Asked => ({ ...request, isRaw: quirks.rawReasoning ?? false });

/** OpenAI's responses, with a memory of those that are to be stored. */
export function createResponses(): { protocol: Protocol; lookups: readonly Lookup[] } {
  const store = createResponseStore();
  const requests = new WeakMap<DemoCall, Request>();

  const decode = ({ body: bytes }: Pick<DemoRequest, "body">) => {
    const body: Body = readBody(bodySchema, bytes);
    const items = assembleItems(body, store);
    const call = toCall(body, items, store);
    requests.set(call, { body, items, bytes: bytes.length, customNames: customTools(body) });
    return call;
  };
  const requestOf = (call: DemoCall): Request => {
    const request = requests.get(call);
    if (!request) throw new Error("the call was not decoded here");
    return request;
  };
  const keep = ({ body, items, bytes }: Request, response: object, isRunning: boolean) => {
    // Its items are such as can be given back.
    if (body.store !== false) store.keep({ response: response as ResponseObject, input: items, bytes, isRunning });
  };

  const protocol: Protocol = {
    ...openaiManners,
    name: "openai-responses",
    accepts: (method, pathname) => method === "POST" && pathname === "/v1/responses",
    decode,
    streamContentType: "text/event-stream; charset=utf-8",
    encodeStream(call, answer, stamp) {
      const request = requestOf(call);
      return encodeStream(call, answer, askedBy(request, answer), stamp, (response) => keep(request, response, false));
    },
    encodeWhole(call: DemoCall, answer: Answer, stamp) {
      const request = requestOf(call);
      const response = encodeWhole(call, answer, askedBy(request, answer), stamp);
      const isRunning = request.body.background ?? false;
      keep(request, response, isRunning);
      return JSON.stringify(isRunning ? { ...response, status: "queued", output: [], usage: null } : response);
    },
    encodeStreamRefusal: ({ code, message, param }: Refusal) =>
      namedEvent("error", JSON.stringify({ type: "error", sequence_number: 0, code, message, param: param ?? null })),
  };
  return { protocol, lookups: createLookups(store, decode) };
}
