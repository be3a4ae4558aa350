import type { DemoCall } from "../../scripts/plan.ts";
import { openaiManners } from "../openai-chat/chat.ts";
import { BadCall, type DemoRequest, type Lookup, type LookupReply } from "../protocol.ts";
import type { ResponseStore, Stored } from "./store.ts";

const pathPattern = /^\/v1\/responses\/([^/]+)(?:\/(cancel|input_items))?$/;

/** `GET` and `DELETE /v1/responses/ID`, its `/cancel` and `/input_items`, and `POST /v1/responses/input_tokens`. */
export function createLookups(store: ResponseStore, decode: (request: DemoRequest) => DemoCall): readonly Lookup[] {
  const count: Lookup = {
    ...openaiManners,
    accepts: (method, pathname) => method === "POST" && pathname === "/v1/responses/input_tokens",
    read(request) {
      const { model, inputTokens } = decode(request);
      return { model, reply: () => JSON.stringify({ object: "response.input_tokens", input_tokens: inputTokens }) };
    },
  };
  const stored: Lookup = {
    ...openaiManners,
    accepts: (method, pathname) => routeOf(method, pathname) !== undefined,
    read({ method, path }) {
      const pathname = path.split("?", 1)[0] ?? path;
      const [, id = ""] = pathPattern.exec(pathname) ?? [];
      const entry = store.find(id);
      if (!entry) throw new BadCall(`Response with id '${id}' not found.`, "id", 404);
      return answer(routeOf(method, pathname), entry, store);
    },
  };
  return [count, stored];
}

type Route = "get" | "delete" | "cancel" | "items";

function routeOf(method: string, pathname: string): Route | undefined {
  const match = pathPattern.exec(pathname);
  if (!match) return undefined;
  if (match[2] === "cancel") return method === "POST" ? "cancel" : undefined;
  if (match[2] === "input_items") return method === "GET" ? "items" : undefined;
  if (method === "GET") return "get";
  return method === "DELETE" ? "delete" : undefined;
}

function answer(route: Route | undefined, entry: Stored, store: ResponseStore): LookupReply {
  const { response, input } = entry;
  switch (route) {
    case "delete":
      store.delete(response.id);
      return { reply: () => JSON.stringify({ id: response.id, object: "response", deleted: true }) };
    case "cancel": {
      if (!entry.isRunning) throw new BadCall("Cannot cancel a response that is not running in the background.");
      const cancelled = { ...response, status: "cancelled", output: [], usage: null };
      store.keep({ ...entry, response: cancelled, isRunning: false });
      return { reply: () => JSON.stringify(cancelled) };
    }
    case "items": {
      const data = input.map((item, index) => ({ id: `item_demo_${index}`, ...item })).toReversed();
      const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: false };
      return { reply: () => JSON.stringify({ object: "list", data, ...ends }) };
    }
    default:
      // What runs in the background is done as soon as somebody looks.
      entry.isRunning = false;
      return { reply: () => JSON.stringify(response) };
  }
}
