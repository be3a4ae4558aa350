import { demand } from "../read-body.ts";
import type { Message } from "./request.ts";

const imageUrlPattern = /^(?:https?:\/\/|data:image\/(?:png|jpe?g|gif|webp);base64,)/i;

/**
 * What OpenAI demands of the order and the parts of messages: every call of a tool is answered at once, every answer belongs to such a
 * call, no assistant message is empty, images are web addresses or data of a known type. Throws BadCall.
 */
export function checkConversation(messages: readonly Message[]) {
  let unanswered = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const at = `messages.${index}`;
    if (message.role === "tool") {
      demand(
        unanswered.delete(message.tool_call_id ?? ""),
        `${at}: messages with role 'tool' must be a response to a preceding message with 'tool_calls'`,
        `${at}.role`,
      );
    } else {
      demandAnswered(unanswered, at);
      unanswered = new Set((message.tool_calls ?? []).map(({ id }) => id));
    }
    checkContent(message, at);
  }
  demandAnswered(unanswered, "messages");
}

function demandAnswered(unanswered: ReadonlySet<string>, at: string) {
  demand(
    unanswered.size === 0,
    `${at}: an assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id': ${[...unanswered].join(", ")}`,
    at,
  );
}

function checkContent({ role, content, tool_calls: calls, refusal }: Message, at: string) {
  const isEmpty = content === null || content === undefined;
  demand(!calls || role === "assistant", `${at}.tool_calls: only an assistant calls tools`, `${at}.tool_calls`);
  demand(!calls || calls.length > 0, `${at}.tool_calls: [] is too short`, `${at}.tool_calls`);
  demand(!isEmpty || (role === "assistant" && (calls || refusal)), `${at}.content: expected text`, `${at}.content`);
  if (typeof content === "string" || isEmpty) return;
  demand(content.length > 0, `${at}.content: [] is too short`, `${at}.content`);
  for (const [index, part] of content.entries()) {
    if (part.type !== "image_url") continue;
    const url = typeof part.image_url === "string" ? part.image_url : part.image_url.url;
    const where = `${at}.content.${index}.image_url.url`;
    demand(role === "user", `${where}: only user messages have images`, where);
    demand(imageUrlPattern.test(url), `${where}: expected a web address or base64 data of an image`, where);
  }
}
