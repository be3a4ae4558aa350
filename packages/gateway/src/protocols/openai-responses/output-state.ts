import { isRecord } from "../../json/is-record.ts";

export type WireEvent = Readonly<Record<string, unknown>> & { readonly type: string };
type Item = Record<string, unknown>;

/**
 * The output of a streamed response as its events have made it so far, by their output_index: what an ending needs that the gateway itself must
 * write, and what the final object repeats.
 */
export class OutputState {
  readonly #items = new Map<number, Item>();
  /** Items and parts (`index`, `index/part`) that have been added and not yet done. */
  readonly #open = new Set<string>();

  /** All items in their order. Those not done count as cut short. */
  get output(): Item[] {
    return [...this.#items.entries()]
      .toSorted(([one], [other]) => one - other)
      .map(([index, item]) =>
        this.#open.has(String(index)) && "status" in item ? { ...item, status: "incomplete" } : item,
      );
  }

  item(index: number): Item | undefined {
    return this.#items.get(index);
  }

  /** Takes an event that goes to the client. Whatever doesn't fit to what came before is no news. */
  apply(event: WireEvent): void {
    const index = event.output_index;
    if (typeof index !== "number") return;
    if (event.type === "response.output_item.added" || event.type === "response.output_item.done") {
      if (!isRecord(event.item)) return;
      const isDone = event.type.endsWith("done");
      this.#items.set(index, structuredClone(event.item));
      if (!isDone) this.#open.add(String(index));
      else
        for (const key of this.#open) if (key === String(index) || key.startsWith(`${index}/`)) this.#open.delete(key);
      return;
    }
    const item = this.#items.get(index);
    if (item !== undefined) this.#grow(item, index, event);
  }

  #grow(item: Item, index: number, event: WireEvent): void {
    const delta = typeof event.delta === "string" ? event.delta : "";
    const content = typeof event.content_index === "number" ? event.content_index : -1;
    const summary = typeof event.summary_index === "number" ? event.summary_index : -1;
    const part = partOf(item, "content", content);
    switch (event.type) {
      case "response.content_part.added":
        if (setPart(item, "content", content, event.part)) this.#open.add(`${index}/${content}`);
        return;
      case "response.reasoning_summary_part.added":
        if (setPart(item, "summary", summary, event.part)) this.#open.add(`${index}/${summary}`);
        return;
      case "response.content_part.done":
        setPart(item, "content", content, event.part);
        this.#open.delete(`${index}/${content}`);
        return;
      case "response.reasoning_summary_part.done":
        setPart(item, "summary", summary, event.part);
        this.#open.delete(`${index}/${summary}`);
        return;
      case "response.output_text.delta":
        append(part, "text", delta);
        if (Array.isArray(event.logprobs) && event.logprobs.length > 0) appendList(part, "logprobs", event.logprobs);
        return;
      case "response.output_text.annotation.added":
        appendList(part, "annotations", [event.annotation]);
        return;
      case "response.reasoning_text.delta":
        append(part, "text", delta);
        return;
      case "response.refusal.delta":
        append(part, "refusal", delta);
        return;
      case "response.reasoning_summary_text.delta":
        append(partOf(item, "summary", summary), "text", delta);
        return;
      case "response.function_call_arguments.delta":
        append(item, "arguments", delta);
        return;
      case "response.custom_tool_call_input.delta":
        append(item, "input", delta);
        return;
      default:
    }
  }

  /** The events that end an item, and before it what is open in it; none for one that has ended. */
  closing(index: number, status: "completed" | "incomplete"): WireEvent[] {
    const item = this.#items.get(index);
    if (item === undefined || !this.#open.has(String(index))) return [];
    const at = { item_id: item.id, output_index: index };
    const events: WireEvent[] = [];
    const parts = Array.isArray(item.content) ? item.content : [];
    for (const [content_index, part] of parts.entries())
      if (this.#open.has(`${index}/${content_index}`)) events.push(...partDone(part, { ...at, content_index }));
    const summaries = Array.isArray(item.summary) ? item.summary : [];
    for (const [summary_index, part] of summaries.entries()) {
      if (!this.#open.has(`${index}/${summary_index}`)) continue;
      if (!isRecord(part)) continue;
      events.push({ type: "response.reasoning_summary_text.done", ...at, summary_index, text: part.text });
      events.push({ type: "response.reasoning_summary_part.done", ...at, summary_index, part });
    }
    if (item.type === "function_call")
      events.push({ type: "response.function_call_arguments.done", ...at, arguments: item.arguments });
    if (item.type === "custom_tool_call")
      events.push({ type: "response.custom_tool_call_input.done", ...at, input: item.input });
    const done = "status" in item ? { ...item, status } : item;
    events.push({ type: "response.output_item.done", output_index: index, item: done });
    return events;
  }

  /** One open part of a message, ended. */
  closingPart(index: number, content_index: number): WireEvent[] {
    const item = this.#items.get(index);
    if (item === undefined || !this.#open.has(`${index}/${content_index}`)) return [];
    return partDone(partOf(item, "content", content_index), { item_id: item.id, output_index: index, content_index });
  }

  get openItems(): number[] {
    return [...this.#open].filter((key) => !key.includes("/")).map(Number);
  }
}

function partDone(part: unknown, at: Readonly<Record<string, unknown>>): WireEvent[] {
  if (!isRecord(part)) return [];
  const ended: WireEvent[] = [];
  if (part.type === "output_text")
    ended.push({ type: "response.output_text.done", ...at, text: part.text, logprobs: part.logprobs ?? [] });
  else if (part.type === "refusal") ended.push({ type: "response.refusal.done", ...at, refusal: part.refusal });
  else if (part.type === "reasoning_text") ended.push({ type: "response.reasoning_text.done", ...at, text: part.text });
  return [...ended, { type: "response.content_part.done", ...at, part }];
}

function partOf(item: Item, list: "content" | "summary", index: number): Record<string, unknown> | undefined {
  const parts = item[list];
  const part: unknown = Array.isArray(parts) ? parts[index] : undefined;
  return isRecord(part) ? part : undefined;
}

/** False: that is no part, or one whose number leaves others out. */
function setPart(item: Item, list: "content" | "summary", index: number, part: unknown): boolean {
  const parts = Array.isArray(item[list]) ? item[list] : [];
  if (!isRecord(part) || !Number.isInteger(index) || index < 0 || index > parts.length) return false;
  parts[index] = structuredClone(part);
  item[list] = parts;
  return true;
}

function append(holder: Record<string, unknown> | undefined, name: string, text: string): void {
  if (holder === undefined) return;
  holder[name] = (typeof holder[name] === "string" ? holder[name] : "") + text;
}

function appendList(holder: Record<string, unknown> | undefined, name: string, values: readonly unknown[]): void {
  if (holder === undefined) return;
  holder[name] = [...(Array.isArray(holder[name]) ? holder[name] : []), ...values];
}
