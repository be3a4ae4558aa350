import type {
  AssistantPart,
  CanonicalRequest,
  MediaPart,
  Message,
  ReasoningPart,
  ToolCallPart,
  ToolResultPart,
  UserPart,
} from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { OpenAiDialect } from "../../providers/openai-dialect.ts";
import { encodeUserParts } from "./part-encode.ts";
import { encodeDetail } from "./reasoning-details.ts";
import { signedCall } from "./tool-signature.ts";

type Draft =
  | { readonly role: "user"; readonly parts: UserPart[]; readonly isOurs: boolean }
  | { readonly role: "done"; readonly message: object };

/** The messages as the server of this dialect takes them. Throws `invalid_request` for media that it can't take. */
export function encodeMessages({ messages }: CanonicalRequest, dialect: OpenAiDialect, notes: Notes): object[] {
  return new Conversation(dialect, notes).encode(messages);
}

class Conversation {
  readonly #dialect: OpenAiDialect;
  readonly #notes: Notes;
  readonly #drafts: Draft[] = [];
  /** Of results and answers, whose messages hold only text: they follow in a message of the user (case 8). */
  #media: MediaPart[] = [];

  constructor(dialect: OpenAiDialect, notes: Notes) {
    this.#dialect = dialect;
    this.#notes = notes;
  }

  encode(messages: readonly Message[]): object[] {
    const leading = this.#dialect.systemPlace === "first" ? this.#addLeading(messages) : 0;
    for (const message of messages.slice(leading)) {
      // Results of one turn stand together, directly behind the calls.
      if (message.role !== "tool") this.#addMedia();
      this.#add(message);
    }
    this.#addMedia();
    return this.#drafts.map((draft) =>
      draft.role === "done"
        ? draft.message
        : { role: "user", content: encodeUserParts(draft.parts, this.#dialect, this.#notes) },
    );
  }

  /** The leading system messages as one (case 1); how many there were. */
  #addLeading(messages: readonly Message[]): number {
    const other = messages.findIndex(({ role }) => role !== "system");
    const count = other < 0 ? messages.length : other;
    const text = messages
      .slice(0, count)
      .map((message) => (message.role === "system" ? this.#systemText(message.parts) : ""))
      .join("\n");
    if (text !== "") this.#push({ role: "system", content: text });
    return count;
  }

  #add(message: Message): void {
    switch (message.role) {
      case "system": {
        const text = this.#systemText(message.parts);
        if (this.#dialect.systemPlace === "first") {
          this.#addUser([{ type: "text", text: `<system>\n${text}\n</system>` }], true);
          return;
        }
        const role = message.isDeveloper === true && this.#dialect.takesDeveloper ? "developer" : "system";
        this.#push({ role, content: text });
        return;
      }
      case "user":
        this.#addUser(message.parts, false);
        return;
      case "assistant":
        this.#addAssistant(message.parts);
        return;
      case "tool":
        for (const part of message.parts) this.#addResult(part);
        return;
      default:
        message satisfies never;
    }
  }

  #push(message: object): void {
    this.#drafts.push({ role: "done", message });
  }

  /** What we put into a message of the user shares the one before or behind it: many chat templates insist on turns. */
  #addUser(parts: readonly UserPart[], isOurs: boolean): void {
    const last = this.#drafts.at(-1);
    if (last?.role === "user" && (isOurs || last.isOurs)) last.parts.push(...parts);
    else this.#drafts.push({ role: "user", parts: [...parts], isOurs });
  }

  #addMedia(): void {
    if (this.#media.length > 0) this.#addUser(this.#media, true);
    this.#media = [];
  }

  #systemText(parts: readonly { readonly text: string; readonly cacheControl?: unknown }[]): string {
    if (parts.some((part) => part.cacheControl !== undefined)) this.#notes.drop("cache_control");
    return parts.map((part) => part.text).join("\n");
  }

  #addResult({ callId, parts, isError, cacheControl }: ToolResultPart): void {
    // The text stays (case 7): there is no field that says what it is.
    if (isError) this.#notes.drop("is_error");
    if (cacheControl !== undefined) this.#notes.drop("cache_control");
    const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
    for (const part of parts) if (part.type !== "text") this.#media.push(part);
    this.#push({ role: "tool", tool_call_id: callId, content: texts.join("\n") });
  }

  #addAssistant(parts: readonly AssistantPart[]): void {
    const dialect = this.#dialect;
    let text = "";
    let refusal = "";
    const thoughts: ReasoningPart[] = [];
    const calls: object[] = [];
    for (const part of parts) {
      if ("cacheControl" in part && part.cacheControl !== undefined) this.#notes.drop("cache_control");
      switch (part.type) {
        case "text":
          text += part.text;
          break;
        case "refusal":
          if (dialect.takesRefusal) refusal += part.text;
          else text += part.text;
          break;
        case "reasoning":
          if (part.text === "" && part.signature?.protocol !== "openai-chat") this.#notes.drop("reasoning");
          thoughts.push(part);
          break;
        case "tool-call":
          calls.push(encodeCall(part));
          break;
        // What was said is in the words; the sound itself can't stand in an answer of the past.
        case "audio":
          text += part.transcript ?? "";
          this.#notes.drop("audio");
          break;
        case "image":
        case "document":
          this.#media.push(part);
          break;
        default:
          part satisfies never;
      }
    }
    const hasOther = calls.length > 0 || refusal !== "";
    this.#push({
      role: "assistant",
      content: text === "" && hasOther ? dialect.emptyContent : text,
      ...(refusal !== "" && { refusal }),
      ...(dialect.needsThoughts && calls.length > 0 && { reasoning_content: "" }),
      ...encodeThoughts(thoughts),
      ...(calls.length > 0 && { tool_calls: calls }),
    });
  }
}

function encodeCall({ id, name, arguments: text, isCustom, signature }: ToolCallPart): object {
  const signed = signedCall(signature);
  return isCustom === true
    ? { id, type: "custom", custom: { name, input: text }, ...signed }
    : { id, type: "function", function: { name, arguments: text === "" ? "{}" : text }, ...signed };
}

/** Thoughts in the field where open models look for them (case 22); proofs only of this protocol's own vendors. */
function encodeThoughts(thoughts: readonly ReasoningPart[]): object {
  const text = thoughts.map((part) => part.text).join("");
  const details = thoughts.flatMap((part, index) => {
    const detail = part.signature?.protocol === "openai-chat" ? encodeDetail(part, index) : null;
    return detail === null ? [] : [detail];
  });
  return { ...(text !== "" && { reasoning_content: text }), ...(details.length > 0 && { reasoning_details: details }) };
}
