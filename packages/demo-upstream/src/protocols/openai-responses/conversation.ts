import { BadCall } from "../protocol.ts";
import { demand } from "../read-body.ts";
import { verifies } from "../signatures.ts";
import type { Body, Item } from "./schema.ts";
import type { ResponseStore } from "./store.ts";

/** All items the model sees: of the responses before, then the new ones, references resolved. Throws BadCall. */
export function assembleItems(body: Body, store: ResponseStore): Item[] {
  const { input, previous_response_id: previous } = body;
  demand(input !== undefined || previous, "Missing required parameter: 'input'.", "input");
  const own: Item[] = typeof input === "string" ? [{ role: "user", content: input }] : (input ?? []);
  const resolved = own.map((item) => resolve(item, store));
  if (!previous) return resolved;
  const before = store.find(previous);
  demand(before, `Previous response with id '${previous}' not found.`, "previous_response_id");
  return [...before.input, ...before.response.output, ...resolved];
}

/** What OpenAI demands of the items beyond the shape of each. Throws BadCall. */
export function checkItems(items: readonly Item[], store: ResponseStore) {
  demand(items.length > 0, "input: expected at least one item", "input");
  const calls = new Set<string>();
  const answered = new Set<string>();
  for (const [index, item] of items.entries()) {
    const at = `input[${index}]`;
    if (item.type === "function_call" || item.type === "custom_tool_call") calls.add(item.call_id);
    if (item.type === "function_call_output" || item.type === "custom_tool_call_output") {
      demand(calls.has(item.call_id), `No tool call found for function call output with call_id ${item.call_id}.`, at);
      answered.add(item.call_id);
    }
    if (item.type === "reasoning") checkReasoning(item, store, at);
  }
  const open = [...calls].find((id) => !answered.has(id));
  demand(open === undefined, `No tool output found for function call ${open}.`, "input");
}

function resolve(item: Item, store: ResponseStore): Item {
  if (item.type !== "item_reference") return item;
  const found = store.findItem(item.id);
  if (!found) throw new BadCall(`Item with id '${item.id}' not found.`, "input", 404);
  return found;
}

/** Thinking comes back encrypted, as it was itself, or as the item that is stored here; its summary alone proves nothing. */
function checkReasoning(item: Extract<Item, { type: "reasoning" }>, store: ResponseStore, at: string) {
  const { id = "", encrypted_content: encrypted } = item;
  if (encrypted) {
    demand(
      verifies("responses-reasoning", encrypted),
      `The encrypted content for item ${id} could not be verified.`,
      `${at}.encrypted_content`,
    );
  } else if (!item.content?.length && !store.findItem(id)) {
    throw new BadCall(
      `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`,
      "input",
      404,
    );
  }
}
