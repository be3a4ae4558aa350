import type { CanonicalRequest, Message } from "../../canonical/canonical-request.ts";
import type { DecodedCall, Protocol, ReplyContext } from "../../canonical/protocol.ts";
import { parseJson } from "../../json/parse-json.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import { PassingListener } from "../../translation/passing-listener.ts";
import { readGenerate } from "./fields.ts";
import { ollamaChat } from "./index.ts";
import { decodeContent } from "./messages-decode.ts";
import { callOf, decodeUsual } from "./request.ts";
import { encodeReply, generateShape, MODEL_PATH } from "./response.ts";
import { decodeStream, encodeStream } from "./stream.ts";
import { waitingAs } from "./waiting.ts";
import { generateRequestSchema } from "./wire.ts";

const GENERATE_PATH = "/generate";
/** Fields that say how the very text for the model is made: a chat has no place for them, and an answer would be another without. */
const aboutTemplates = ["suffix", "template", "context", "raw"] as const;

/** Reads a body for /api/generate. Throws `invalid_json`, `invalid_request`, or LoadRequested where there is no prompt. */
function decodeCall(body: Buffer): DecodedCall {
  return callOf(body, readGenerate(body), GENERATE_PATH, () => decodeRequest(body));
}

/** The chat that comes to the same: a system text and one message of the user. */
function decodeRequest(body: Buffer): CanonicalRequest {
  const wire = readWire(generateRequestSchema, parseJson(body.toString("utf8")));
  for (const name of aboutTemplates) {
    const value = wire[name];
    const isSaid = Array.isArray(value) ? value.length > 0 : Boolean(value);
    if (isSaid)
      throw invalid(
        name,
        `这个模型的上游只会对话，不接受字段 ${name}。`,
        `the upstream of this model only chats and has no place for the field ${name}.`,
      );
  }
  const unmapped = unknownMembers(generateRequestSchema, wire);
  const messages: Message[] = [{ role: "user", parts: decodeContent(wire.prompt, wire.images, "") }];
  if (wire.system) messages.unshift({ role: "system", parts: [{ type: "text", text: wire.system }] });
  return { ...decodeUsual(wire, unmapped), messages, tools: [], unmapped };
}

const stream = {
  decodeStream,
  encodeStream: (context: ReplyContext) => encodeStream(context, generateShape),
};

/**
 * Ollama's completion endpoint, for clients: the same protocol with other bodies. Towards an Ollama upstream the bytes pass to the same
 * endpoint there; any other upstream is asked in a chat.
 */
export const ollamaGenerate = {
  ...ollamaChat,
  ...stream,
  decodeCall,
  waiting: waitingAs(generateShape),
  encodeReply: (reply, context) => encodeReply(reply, context, generateShape),
  passStream: (call, names, context) => new PassingListener(stream, call, names, context, [MODEL_PATH], ""),
} satisfies Protocol;
