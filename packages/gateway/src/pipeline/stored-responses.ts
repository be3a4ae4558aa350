import type { StoredResponse } from "@lyceum/db/stored-responses";
import { AppError } from "@lyceum/domain";
import type { Call } from "../canonical/call.ts";
import { editJson } from "../json/edit-json.ts";
import { invalid } from "../json/plain-fields.ts";
import { requestIdOf } from "../protocols/openai-responses/envelope.ts";
import { openaiResponses } from "../protocols/openai-responses/index.ts";
import {
  finalResponse,
  itemIdsOf,
  itemsOf,
  notStored,
  referencesIn,
  withTurns,
} from "../protocols/openai-responses/stored.ts";
import { chatCall } from "../translation/prepare-call.ts";
import type { Deps } from "./deps.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { Caller } from "./key-cache.ts";
import { tooLarge } from "./read-call.ts";
import { requireConfig } from "./require-config.ts";

/** One turn with more than this is answered, and not kept. */
const MOST_TURN_BYTES = 16 * 1024 * 1024;
/** More stored items than any conversation refers to. */
const MOST_ITEMS = 1_000;

/**
 * Opens a call of the responses protocol: what it goes on from stands in its input from here on, for every upstream alike, and its answer is kept
 * where the client wants that and the administrators allow it. Throws `not_found` for a response that isn't this account's (case 58).
 */
export async function openResponse(sent: Buffer, caller: Caller, request: GatewayRequest, deps: Deps): Promise<Call> {
  const { settings } = requireConfig(deps);
  const days = settings.responseRetentionDays;
  const asSent = openaiResponses.decodeCall(sent);
  const body = days === null ? sent : await withItems(sent, caller, deps);
  const first = body === sent ? asSent : openaiResponses.decodeCall(body);
  const { previousId } = first;
  const turns = previousId === null ? [] : await turnsOf(previousId, caller, body.length, deps);
  const isStored = first.isStored && days !== null && body.length <= MOST_TURN_BYTES;
  let whole = turns.length === 0 ? body : withTurns(body, turns);
  if (first.isStored && !isStored) whole = editJson(whole, [{ path: ["store"], json: "false" }]);
  const decoded = whole === body ? first : openaiResponses.decodeCall(whole);
  const call = chatCall(openaiResponses, decoded);
  if (!isStored) return first.isStored ? withoutStore(call) : call;
  const previousRequestId = turns.at(-1)?.id ?? null;
  return {
    ...call,
    async keep(answer) {
      const final = finalResponse(answer, call.isStream);
      if (final === null) {
        deps.log("error", "a response has no end that could be kept", { requestId: request.id });
        return answer;
      }
      const kept = { id: request.id, previousId: previousRequestId, input: itemsOf(body), response: final.json };
      const isKept = await tryKeep(
        kept,
        turns.map(({ id }) => id),
        days,
        caller,
        deps,
      );
      return isKept ? answer : notStored(answer, final.place);
    },
  };
}

/** A request with the stored items that it only refers to: never larger than a request may be, however often it names one. */
async function withItems(body: Buffer, caller: Caller, deps: Deps): Promise<Buffer> {
  const references = referencesIn(body);
  if (references === null) return body;
  const { ids } = references;
  const wanted = [...new Set(ids)];
  if (wanted.length > MOST_ITEMS)
    throw invalid(
      "input",
      `一次最多可以引用 ${MOST_ITEMS} 个已保存的项。`,
      `one call may refer to at most ${MOST_ITEMS} stored items.`,
    );
  const { maxBodyBytes } = requireConfig(deps).settings;
  const items = await read(() => deps.responses.items(caller.accountId, wanted, maxBodyBytes));
  if (items === null) throw tooLarge(maxBodyBytes);
  const missing = wanted.find((id) => !items.has(id));
  if (missing !== undefined) throw responseNotFound(missing, "input");
  let bytes = body.length;
  for (const id of ids) bytes += Buffer.byteLength(items.get(id) ?? "");
  if (bytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
  return references.resolve(items);
}

/** Never rejects: an answer that can't be kept is an answer all the same, and says so itself. */
async function tryKeep(
  kept: StoredResponse,
  turns: readonly string[],
  days: number,
  caller: Caller,
  deps: Deps,
): Promise<boolean> {
  const bytes = Buffer.byteLength(kept.input) + Buffer.byteLength(kept.response);
  if (bytes > MOST_TURN_BYTES) return false;
  try {
    await deps.responses.insert(caller.accountId, { ...kept, itemIds: itemIdsOf(kept.response) }, turns, days);
    return true;
  } catch (error) {
    deps.log("warn", "a response could not be kept", { requestId: kept.id, error });
    return false;
  }
}

async function turnsOf(
  previousId: string,
  caller: Caller,
  bodyBytes: number,
  deps: Deps,
): Promise<readonly StoredResponse[]> {
  const { maxBodyBytes, responseRetentionDays } = requireConfig(deps).settings;
  if (responseRetentionDays === null) {
    throw invalid(
      "previous_response_id",
      "管理员关闭了应答的保存，请每次发送完整的对话。",
      "an administrator has switched off the keeping of responses; send the whole conversation each time.",
    );
  }
  const id = requestIdOf(previousId);
  if (id === null) throw responseNotFound(previousId, "previous_response_id");
  const found = await read(() => deps.responses.conversation(caller.accountId, id, maxBodyBytes - bodyBytes));
  if (found.kind === "too-long") throw tooLarge(maxBodyBytes);
  if (found.kind === "missing") throw responseNotFound(previousId, "previous_response_id");
  return found.turns;
}

/** The client hears of it in a header, as of every field that was not heeded. */
function withoutStore(call: Call): Call {
  return {
    ...call,
    async prepare(target, occasion) {
      const prepared = await call.prepare(target, occasion);
      return { ...prepared, dropped: ["store", ...prepared.dropped] };
    },
  };
}

/** Asks the database. Throws `database_unavailable` where it doesn't answer. */
export async function read<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (cause) {
    throw new AppError("database_unavailable", { cause, retryAfterMs: 2_000 });
  }
}

/** What is another's, was deleted or has expired is not there. */
export function responseNotFound(id: string, param: string): AppError {
  const shown = id.slice(0, 80);
  const hint = {
    hint_zh: `没有保存 id 为 ${shown} 的内容，或已删除、过期。`,
    hint_en: `Nothing is kept with the id ${shown}, or it was deleted or has expired.`,
  };
  return new AppError("not_found", { parameters: { param, ...hint } });
}
