import { z } from "zod";
import { demoModels } from "../../scripts/catalogue.ts";
import { BadCall, type Lookup } from "../protocol.ts";
import { check } from "../read-body.ts";
import { anthropicManners } from "./manners.ts";
import { decodeCount } from "./request.ts";

const prefix = "/v1/models/";

/** `POST /v1/messages/count_tokens`. */
const countTokens: Lookup = {
  ...anthropicManners,
  accepts: (method, pathname) => method === "POST" && pathname === "/v1/messages/count_tokens",
  read(request) {
    const { model, inputTokens } = decodeCount(request);
    return { model, reply: () => JSON.stringify({ input_tokens: inputTokens }) };
  },
};

const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(20),
  after_id: z.string().optional(),
  before_id: z.string().optional(),
});

/** `GET /v1/models` and `/v1/models/NAME` for clients that name a version of Anthropic's API. */
const models: Lookup = {
  ...anthropicManners,
  accepts: (method, pathname, { headers }) =>
    method === "GET" &&
    headers["anthropic-version"] !== undefined &&
    (pathname === "/v1/models" || pathname.startsWith(prefix)),
  read({ path }) {
    const { pathname, searchParams } = new URL(path, "http://localhost");
    if (!pathname.startsWith(prefix)) return { reply: () => JSON.stringify(listPage(searchParams)) };
    const wanted = decodeURIComponent(pathname.slice(prefix.length));
    if (!demoModels.some(({ name }) => name === wanted)) throw new BadCall(`model: ${wanted}`, undefined, 404);
    return { reply: () => JSON.stringify(encodeModel(wanted)) };
  },
};

export const anthropicLookups: readonly Lookup[] = [countTokens, models];

function listPage(searchParams: URLSearchParams) {
  const page = check(pageSchema, Object.fromEntries(searchParams));
  const names = demoModels.map(({ name }) => name);
  const end = page.before_id === undefined ? names.length : Math.max(names.indexOf(page.before_id), 0);
  const start = page.after_id === undefined ? 0 : names.indexOf(page.after_id) + 1;
  const first = page.before_id === undefined ? start : Math.max(end - page.limit, 0);
  const chosen = names.slice(first, Math.min(first + page.limit, end));
  const hasMore = page.before_id === undefined ? first + chosen.length < names.length : first > 0;
  return {
    data: chosen.map(encodeModel),
    has_more: hasMore,
    first_id: chosen[0] ?? null,
    last_id: chosen.at(-1) ?? null,
  };
}

function encodeModel(id: string) {
  return {
    type: "model",
    id,
    display_name: id,
    created_at: "1970-01-01T00:00:00Z",
    max_input_tokens: 200_000,
    max_tokens: 64_000,
  };
}
