import type { AssistantPart, Message, TextPart, ToolResultPart, UserPart } from "../../canonical/canonical-request.ts";
import { splitId } from "../../canonical/signature.ts";
import { invalid } from "../../json/plain-fields.ts";
import { unknownMembers } from "../../json/wire.ts";
import { CallHistory } from "./call-history.ts";
import { decodeBlob, decodeFile } from "./media.ts";
import { readSignature } from "./signatures.ts";
import { decodeResult } from "./tool-results.ts";
import { partSchema, type WireContent, type WirePart } from "./wire.ts";

/** What a part may be; each is one of these. */
const kinds = ["text", "inlineData", "fileData", "functionCall", "functionResponse"] as const;
/** What only Google's own tools write, and only Google's models can read back. */
const vendorKinds = new Set(["executableCode", "codeExecutionResult", "toolCall", "toolResponse"]);

/** `systemInstruction`, its parts in order (case 1); null: it says nothing. */
export function decodeSystem(content: WireContent, unmapped: string[]): Message | null {
  const parts = (content.parts ?? []).flatMap((part, index): TextPart[] => {
    const path = `systemInstruction.parts[${index}]`;
    unmapped.push(...unknownMembers(partSchema, part, path));
    if (typeof part.text !== "string") throw invalid(path, `${path} 应为文本。`, `${path} must be a text.`);
    return part.text.trim() === "" ? [] : [{ type: "text", text: part.text }];
  });
  return parts.length === 0 ? null : { role: "system", parts };
}

/** `contents` as messages, parts in order; results of functions stand in messages of their own. */
export function decodeContents(contents: readonly WireContent[], unmapped: string[]): Message[] {
  const history = new CallHistory(contents);
  const messages: Message[] = [];
  let answer: AssistantPart[] = [];
  for (const [index, content] of contents.entries()) {
    for (const message of decodeContent(content, `contents[${index}]`, history, unmapped)) {
      // Clients keep of a streamed answer what they got, a content for each piece.
      if (message.role === "assistant" && messages.at(-1)?.role === "assistant") join(answer, message.parts);
      else if (message.role === "assistant") {
        answer = [...message.parts];
        messages.push({ role: "assistant", parts: answer });
      } else messages.push(message);
    }
  }
  return messages.map((message) =>
    message.role === "assistant" ? { ...message, parts: withThoughts(message.parts) } : message,
  );
}

/** Two pieces of one answer: a text that goes on is one text. */
function join(parts: AssistantPart[], more: readonly AssistantPart[]): void {
  for (const [index, part] of more.entries()) {
    const last = parts.at(-1);
    if (index === 0 && last?.type === "text" && part.type === "text")
      parts[parts.length - 1] = { ...last, text: last.text + part.text };
    else parts.push(part);
  }
}

/** A thought that goes on is one thought, and its proof stands at its end. */
function withThoughts(given: readonly AssistantPart[]): AssistantPart[] {
  const parts: AssistantPart[] = [];
  for (const part of given) {
    const last = parts.at(-1);
    const goesOn =
      part.type === "reasoning" && last?.type === "reasoning" && last.signature === null && last.isRedacted !== true;
    if (goesOn && part.isRedacted !== true) parts[parts.length - 1] = { ...part, text: last.text + part.text };
    else parts.push(part);
  }
  return parts;
}

function decodeContent(content: WireContent, path: string, history: CallHistory, unmapped: string[]): Message[] {
  const parts = content.parts ?? [];
  switch (content.role?.toLowerCase() ?? "user") {
    case "model":
      return decodeModelTurn(parts, path, history, unmapped);
    case "user":
    case "function":
    case "":
      return decodeUserTurn(parts, path, history, unmapped);
    default:
      throw invalid(`${path}.role`, "role 应为 user 或 model。", "role must be user or model.");
  }
}

function decodeModelTurn(
  parts: readonly WirePart[],
  path: string,
  history: CallHistory,
  unmapped: string[],
): Message[] {
  const decoded = parts.flatMap((part, index) => {
    const at = `${path}.parts[${index}]`;
    unmapped.push(...unknownMembers(partSchema, part, at));
    return decodeModelPart(part, at, history);
  });
  return decoded.length === 0 ? [] : [{ role: "assistant", parts: decoded }];
}

function decodeModelPart(part: WirePart, path: string, history: CallHistory): AssistantPart[] {
  const read = part.thoughtSignature ? readSignature(part.thoughtSignature) : null;
  const hidden = read?.thought ? [read.thought] : [];
  const signature = read?.signature ?? null;
  switch (kindOf(part, path)) {
    case "text": {
      const text = part.text ?? "";
      if (part.thought === true && read?.thought && text === "") return hidden;
      if (part.thought === true) return [...hidden, { type: "reasoning", text, signature }];
      const texts: AssistantPart[] = text === "" ? [] : [{ type: "text", text }];
      // The proof of what was thought before a text stands at the text.
      return [
        ...hidden,
        ...texts,
        ...(signature === null ? [] : [{ type: "reasoning", text: "", signature } as const]),
      ];
    }
    case "functionCall": {
      const { name, args, id } = part.functionCall ?? { name: "" };
      const split = splitId(history.idOfCall(id ?? null, name));
      return [
        ...hidden,
        {
          type: "tool-call",
          id: split.id,
          name,
          arguments: JSON.stringify(args ?? {}),
          signature: signature ?? split.signature,
        },
      ];
    }
    case "functionResponse":
      throw invalid(
        path,
        "functionResponse 应在用户的消息里。",
        "a functionResponse belongs to a message of the user.",
      );
    case null:
      return hidden;
    default:
      return [...hidden, decodeMedia(part, path)];
  }
}

function decodeUserTurn(parts: readonly WirePart[], path: string, history: CallHistory, unmapped: string[]): Message[] {
  const messages: ({ role: "user"; parts: UserPart[] } | { role: "tool"; parts: ToolResultPart[] })[] = [];
  for (const [index, part] of parts.entries()) {
    const at = `${path}.parts[${index}]`;
    unmapped.push(...unknownMembers(partSchema, part, at));
    const kind = kindOf(part, at);
    const last = messages.at(-1);
    if (kind === "functionResponse" && part.functionResponse) {
      const result = decodeResult(part.functionResponse, at, history);
      if (last?.role === "tool") last.parts.push(result);
      else messages.push({ role: "tool", parts: [result] });
      continue;
    }
    if (kind === "functionCall")
      throw invalid(
        at,
        "functionCall 应在 role 为 model 的消息里。",
        "a functionCall belongs to a message of the role model.",
      );
    if (kind === null || (kind === "text" && part.text === "")) continue;
    const decoded: UserPart = kind === "text" ? { type: "text", text: part.text ?? "" } : decodeMedia(part, at);
    if (last?.role === "user") last.parts.push(decoded);
    else messages.push({ role: "user", parts: [decoded] });
  }
  return messages;
}

function decodeMedia(part: WirePart, path: string): ReturnType<typeof decodeBlob> {
  return part.inlineData
    ? decodeBlob(part.inlineData, `${path}.inlineData`)
    : decodeFile(part.fileData ?? { fileUri: "" }, `${path}.fileData`);
}

/** Null: the part says nothing. Throws `invalid_request` for one that nobody but Google can read. */
function kindOf(part: WirePart, path: string): (typeof kinds)[number] | null {
  const vendor = Object.keys(part).find((key) => vendorKinds.has(key));
  if (vendor !== undefined) {
    throw invalid(
      `${path}.${vendor}`,
      `${vendor} 只有 Gemini 能读取，这个模型的上游不能。`,
      `${vendor} can be read by Gemini only, and not by the upstream of this model.`,
    );
  }
  return kinds.find((kind) => part[kind] !== undefined && part[kind] !== null) ?? null;
}
