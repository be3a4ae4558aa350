import type {
  AssistantPart,
  CanonicalRequest,
  Message,
  ReasoningPart,
  ToolResultPart,
  UserPart,
} from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { invalid } from "../../json/plain-fields.ts";
import type { GeminiDialect } from "../../providers/gemini-dialect.ts";
import { argumentsOf } from "./arguments.ts";
import { encodeMedia } from "./media.ts";
import { SKIP_SIGNATURE } from "./signatures.ts";
import { encodeResponse, mediaOf } from "./tool-results.ts";

type Part = Record<string, unknown>;
/** A call of a tool, and the how manieth it is. */
type Call = { readonly name: string; readonly place: number };
type Content = { readonly role: "user" | "model"; readonly parts: Part[] };

/** The members `systemInstruction` and `contents`. Turns of one role in a row become one. Throws `invalid_request` where nothing is left to say. */
export function encodeMessages(
  { messages }: CanonicalRequest,
  dialect: GeminiDialect,
  notes: Notes,
): Record<string, unknown> {
  const firstTurn = messages.findIndex(({ role }) => role !== "system");
  const leading = firstTurn < 0 ? messages : messages.slice(0, firstTurn);
  const systemParts = leading.flatMap((message) => (message.role === "system" ? systemTexts(message) : []));
  const contents: Content[] = [];
  const calls = new Map<string, Call>();
  const rest = messages.slice(leading.length);
  for (const [index, message] of rest.entries()) {
    if (message.role === "tool" && rest[index - 1]?.role === "tool") continue;
    const isLast = index === rest.length - 1;
    const [role, parts] =
      message.role === "tool"
        ? (["user", encodeResults(resultsFrom(rest, index), calls, dialect, notes)] as const)
        : encodeTurn(message, isLast, calls, dialect, notes);
    append(contents, role, parts);
  }
  // A prompt of system text alone is asked as a user would: at least one turn is wanted.
  if (contents.length === 0 && systemParts.length > 0)
    return { contents: [{ role: "user", parts: systemParts.map((text) => ({ text })) }] };
  if (contents.length === 0) throw invalid("messages", "消息里没有任何内容。", "the messages say nothing.");
  return {
    ...(systemParts.length > 0 && { systemInstruction: { parts: systemParts.map((text) => ({ text })) } }),
    contents,
  };
}

function append(contents: Content[], role: Content["role"], parts: readonly Part[]): void {
  if (parts.length === 0) return;
  const last = contents.at(-1);
  if (last?.role === role) last.parts.push(...parts);
  else contents.push({ role, parts: [...parts] });
}

/** Texts of nothing but blanks are refused (case 4). */
function systemTexts(message: Extract<Message, { role: "system" }>): string[] {
  return message.parts.map(({ text }) => text).filter((text) => text.trim() !== "");
}

function encodeTurn(
  message: Exclude<Message, { role: "tool" }>,
  isLast: boolean,
  calls: Map<string, Call>,
  dialect: GeminiDialect,
  notes: Notes,
): readonly [Content["role"], Part[]] {
  switch (message.role) {
    case "system":
      // Later ones keep their place, as text that says what it is (case 2).
      return ["user", systemTexts(message).map((text) => ({ text: `<system>\n${text}\n</system>` }))];
    case "user":
      return ["user", message.parts.flatMap((part) => encodeUserPart(part, notes))];
    case "assistant":
      return ["model", encodeAnswer(isLast ? trimmed(message.parts) : message.parts, calls, dialect, notes)];
    default:
      return message satisfies never;
  }
}

function encodeUserPart(part: UserPart, notes: Notes): Part[] {
  if (part.cacheControl !== undefined) notes.drop("cache_control");
  if (part.type === "text") return part.text === "" ? [] : [{ text: part.text }];
  if (part.detail !== undefined && part.detail !== "auto") notes.drop("detail");
  return [encodeMedia(part, notes)];
}

/** Blanks at the end of an answer that is to be continued are refused elsewhere, and mean nothing here (case 3). */
function trimmed(parts: readonly AssistantPart[]): readonly AssistantPart[] {
  const last = parts.at(-1);
  return last?.type === "text" ? [...parts.slice(0, -1), { ...last, text: last.text.trimEnd() }] : parts;
}

function encodeAnswer(
  parts: readonly AssistantPart[],
  calls: Map<string, Call>,
  { checksSignatures }: GeminiDialect,
  notes: Notes,
): Part[] {
  const encoded: Part[] = [];
  let isFirstCall = true;
  let loose: string | null = null;
  for (const part of parts) {
    if ("cacheControl" in part && part.cacheControl !== undefined) notes.drop("cache_control");
    switch (part.type) {
      case "text":
        if (part.text !== "") encoded.push({ text: part.text, ...(loose !== null && { thoughtSignature: loose }) });
        if (part.text !== "") loose = null;
        break;
      case "refusal":
        if (part.text !== "") encoded.push({ text: part.text });
        break;
      case "reasoning":
        loose = encodeThought(part, encoded, notes) ?? loose;
        break;
      case "tool-call": {
        calls.set(part.id, { name: part.name, place: calls.get(part.id)?.place ?? calls.size });
        const own = part.signature?.protocol === "gemini-generate" ? part.signature.value : loose;
        loose = null;
        // Of calls side by side only the first is signed (case 24).
        const signature = own ?? (isFirstCall && checksSignatures ? SKIP_SIGNATURE : null);
        isFirstCall = false;
        encoded.push({
          functionCall: { id: part.id, name: part.name, args: argumentsOf(part) },
          ...(signature !== null && { thoughtSignature: signature }),
        });
        break;
      }
      default:
        encoded.push(encodeMedia(part, notes));
    }
  }
  return encoded;
}

/** Writes a thought; a signature without a thought belongs to the text before it, or else to what comes (returned). */
function encodeThought({ text, signature }: ReasoningPart, encoded: Part[], notes: Notes): string | null {
  const own = signature?.protocol === "gemini-generate" ? signature.value : null;
  if (text !== "") {
    encoded.push({ text, thought: true, ...(own !== null && { thoughtSignature: own }) });
    return null;
  }
  if (own === null) notes.drop("reasoning");
  const last = encoded.at(-1);
  if (own === null || last === undefined || last.thought === true || typeof last.text !== "string") return own;
  last.thoughtSignature = own;
  return null;
}

function resultsFrom(messages: readonly Message[], index: number): ToolResultPart[] {
  const results: ToolResultPart[] = [];
  for (const message of messages.slice(index)) {
    if (message.role !== "tool") break;
    results.push(...message.parts);
  }
  return results;
}

/** The results of one turn in the order of their calls (case 6); images come with them, or behind them for models that want it so (case 8). */
function encodeResults(
  results: readonly ToolResultPart[],
  calls: ReadonlyMap<string, Call>,
  { takesResultMedia }: GeminiDialect,
  notes: Notes,
): Part[] {
  const placeOf = ({ callId }: ToolResultPart) => calls.get(callId)?.place ?? -1;
  const sorted = results.toSorted((one, other) => placeOf(one) - placeOf(other));
  const behind: Part[] = [];
  const encoded = sorted.map((result) => {
    const name = result.name ?? calls.get(result.callId)?.name;
    if (name === undefined) {
      throw invalid(
        "messages",
        `工具结果 ${result.callId.slice(0, 60)} 前面没有对应的工具调用。`,
        `there is no tool call before the tool result ${result.callId.slice(0, 60)}.`,
      );
    }
    if (result.cacheControl !== undefined) notes.drop("cache_control");
    const media = mediaOf(result).map((part) => encodeMedia(part, notes));
    if (!takesResultMedia) behind.push(...media);
    const parts = takesResultMedia && media.length > 0 ? { parts: media } : {};
    return { functionResponse: { id: result.callId, name, response: encodeResponse(result), ...parts } };
  });
  return [...encoded, ...behind];
}
