import type { Route } from "../canonical/protocol.ts";
import { invalid } from "../json/plain-fields.ts";
import { requestIdOf } from "../protocols/openai-responses/envelope.ts";
import { inputItems } from "../protocols/openai-responses/stored.ts";
import { answerJson } from "./answer-json.ts";
import { authenticate } from "./authenticate.ts";
import type { Deps } from "./deps.ts";
import type { GatewayReply, GatewayRequest } from "./gateway-request.ts";
import { requireConfig } from "./require-config.ts";
import { read, responseNotFound } from "./stored-responses.ts";

const USUAL_ITEMS = 20;
const MOST_ITEMS = 100;

/** GET /v1/responses/{id}: as its own account got it. */
export async function getResponse(request: GatewayRequest, route: Route, deps: Deps): Promise<GatewayReply> {
  const { accountId } = await authenticate(request, deps, true);
  if (route.query.get("stream") === "true")
    throw invalid("stream", "保存的应答不能以流式读取。", "a response that is kept can't be read as a stream.");
  const { shownId, id } = idIn(route);
  const found = await read(() => deps.responses.find(accountId, id));
  if (found === null) throw responseNotFound(shownId, "response_id");
  const reply = answerJson(request, null);
  return { ...reply, body: Buffer.from(found.response) };
}

/** GET /v1/responses/{id}/input_items: what it was made from, with all that came before. */
export async function listInputItems(request: GatewayRequest, route: Route, deps: Deps): Promise<GatewayReply> {
  const { accountId } = await authenticate(request, deps, true);
  const { shownId, id } = idIn(route);
  const { maxBodyBytes } = requireConfig(deps).settings;
  const found = await read(() => deps.responses.conversation(accountId, id, maxBodyBytes));
  if (found.kind !== "found") throw responseNotFound(shownId, "response_id");
  const items = inputItems(found.turns);
  if (route.query.get("order") !== "asc") items.reverse();
  const after = route.query.get("after");
  const from = after === null ? 0 : items.findIndex((item) => item.id === after) + 1;
  if (after !== null && from === 0)
    throw invalid(
      "after",
      `这里没有 id 为 ${after.slice(0, 80)} 的项。`,
      `there is no item with the id ${after.slice(0, 80)} here.`,
    );
  const data = items.slice(from, from + limitIn(route.query));
  return answerJson(request, {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + data.length < items.length,
  });
}

/** DELETE /v1/responses/{id}: gone for good, and with it the way back for whatever goes on from it. */
export async function deleteResponse(request: GatewayRequest, route: Route, deps: Deps): Promise<GatewayReply> {
  const { accountId } = await authenticate(request, deps, true);
  const { shownId, id } = idIn(route);
  if (!(await read(() => deps.responses.delete(accountId, id)))) throw responseNotFound(shownId, "response_id");
  return answerJson(request, { id: shownId, object: "response", deleted: true });
}

/** POST /v1/responses/{id}/cancel: nothing here runs in the background. */
export async function cancelResponse(request: GatewayRequest, route: Route, deps: Deps): Promise<GatewayReply> {
  const { accountId } = await authenticate(request, deps, true);
  const { shownId, id } = idIn(route);
  if ((await read(() => deps.responses.find(accountId, id))) === null) throw responseNotFound(shownId, "response_id");
  throw invalid(
    "response_id",
    "只有在后台运行的应答才能取消。",
    "only responses that run in the background can be cancelled.",
  );
}

function idIn({ captures: [shownId = ""] }: Route): { readonly shownId: string; readonly id: string } {
  const id = requestIdOf(shownId);
  if (id === null) throw responseNotFound(shownId, "response_id");
  return { shownId, id };
}

function limitIn(query: URLSearchParams): number {
  const text = query.get("limit");
  const limit = text === null ? USUAL_ITEMS : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ITEMS) return limit;
  throw invalid(
    "limit",
    `limit 应为 1 到 ${MOST_ITEMS} 的整数。`,
    `limit must be a whole number from 1 to ${MOST_ITEMS}.`,
  );
}
