import type { CanonicalRequest, Message } from "../canonical/canonical-request.ts";

/**
 * The request with the results of calls directly behind the message that made the calls, as most vendors insist (case 6); what a client put between
 * them follows in its order. The same request where they stand so already.
 */
export function withResultsFirst(request: CanonicalRequest): CanonicalRequest {
  const { messages } = request;
  if (!messages.some((message, index) => isLate(message, messages[index - 1]))) return request;
  const ordered: Message[] = [];
  /** Where the next result goes; null: no call waits for one. */
  let place: number | null = null;
  for (const message of messages) {
    if (message.role === "tool" && place !== null) ordered.splice(place++, 0, message);
    else ordered.push(message);
    if (message.role === "assistant") place = message.parts.some(isCall) ? ordered.length : null;
  }
  return { ...request, messages: ordered };
}

function isLate(message: Message, before: Message | undefined): boolean {
  return message.role === "tool" && before !== undefined && before.role !== "tool" && before.role !== "assistant";
}

function isCall({ type }: Message["parts"][number]): boolean {
  return type === "tool-call";
}
