import { demand } from "../read-body.ts";
import { verifies } from "../signatures.ts";
import type { Blob, Body, Content, Part } from "./schema.ts";

/** Google's documented ways to say that there is no signature to send (calls that no Gemini model made). */
const skipSignatures = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];
const mimeTypePattern =
  /^(?:image\/(?:png|jpeg|webp|heic|heif)|application\/pdf|(?:audio|video)\/[\w.+-]+|text\/[\w.+-]+|application\/json)(?:;.*)?$/;
const dataFields = [
  "text",
  "inlineData",
  "fileData",
  "functionCall",
  "functionResponse",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
] as const;

/** What Google demands of contents beyond the shape of each. Throws BadCall. */
export function checkConversation({ contents, systemInstruction }: Pick<Body, "contents" | "systemInstruction">) {
  demand(contents.length > 0, "* GenerateContentRequest.contents: contents is not specified", "contents");
  for (const [index, content] of contents.entries()) checkParts(content, `contents[${index}]`);
  for (const [index, part] of (systemInstruction?.parts ?? []).entries()) {
    demand(part.text !== undefined, `system_instruction.parts[${index}]: only text is allowed`, "systemInstruction");
  }
  demand(
    contents.length > 1 || contents[0]?.role !== "model",
    "Please ensure that single turn requests end with a user role or the role field is empty.",
    "contents",
  );
  checkCallPairs(contents);
  checkSignatures(contents);
}

/** Parts that are a function's results. */
export function responsesIn({ parts }: Content) {
  return parts.flatMap((part) => (part.functionResponse ? [part.functionResponse] : []));
}

/** Parts that are calls of a function. */
export function callsIn({ parts }: Content) {
  return parts.flatMap((part) => (part.functionCall ? [part.functionCall] : []));
}

function checkParts({ role, parts }: Content, at: string) {
  demand(parts.length > 0, `* GenerateContentRequest.${at}.parts: contents.parts must not be empty.`, at);
  for (const [index, part] of parts.entries()) {
    const where = `${at}.parts[${index}]`;
    const filled = dataFields.filter((field) => part[field] !== undefined);
    demand(filled.length > 0, `${where}.data: required oneof field 'data' must have one initialized field`, where);
    demand(filled.length === 1, `Invalid value at '${where}' (oneof), oneof field 'data' is already set.`, where);
    demand(!part.functionCall || role === "model", `${where}: function calls belong to the role model`, where);
    demand(!part.functionResponse || role !== "model", `${where}: function responses belong to the role user`, where);
    if (part.inlineData) checkBlob(part.inlineData, where);
    for (const inner of part.functionResponse?.parts ?? []) if (inner.inlineData) checkBlob(inner.inlineData, where);
  }
}

function checkBlob({ mimeType, data }: Blob, at: string) {
  demand(mimeTypePattern.test(mimeType), `Unsupported MIME type: ${mimeType}`, at);
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(data);
  demand(isBase64, `Invalid value at '${at}.inline_data.data' (TYPE_BYTES), Base64 decoding failed`, at);
}

/** Calls follow the user or results; results follow calls, one for each: by id if both have one, else by name in order. */
function checkCallPairs(contents: readonly Content[]) {
  for (const [index, content] of contents.entries()) {
    const at = `contents[${index}]`;
    const calls = callsIn(content);
    const responses = responsesIn(content);
    const before = contents[index - 1];
    demand(
      calls.length === 0 || (before && before.role !== "model"),
      "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
      at,
    );
    const asked = before ? callsIn(before) : [];
    demand(
      responses.length === 0 || asked.length > 0,
      "Please ensure that function response turn comes immediately after a function call turn.",
      at,
    );
    demand(
      responses.length === asked.length,
      "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      at,
    );
    for (const [position, response] of responses.entries()) {
      const call = asked.find(({ id }) => id !== undefined && id === response.id) ?? asked[position];
      demand(
        call?.name === response.name,
        `${at}: function response ${response.name} answers the call of ${call?.name}`,
        at,
      );
    }
  }
  const last = contents.at(-1);
  demand(!last || callsIn(last).length === 0, "Please ensure that a function call turn is answered.", "contents");
}

/**
 * In the turn that runs (since the user last said something) the first call of each group must carry its signature; everywhere else one
 * may be missing, but none may be false.
 */
function checkSignatures(contents: readonly Content[]) {
  const turnStart = contents.findLastIndex(
    (content) => content.role !== "model" && content.parts.some((part) => !part.functionResponse),
  );
  for (const [index, { parts }] of contents.entries()) {
    const firstCall = parts.find((part) => part.functionCall);
    for (const [position, part] of parts.entries()) {
      const at = `contents[${index}].parts[${position}]`;
      const signature = part.thoughtSignature;
      if (signature !== undefined) {
        demand(isGenuine(part, signature), `${at}.thought_signature: Corrupted thought signature.`, at);
      }
      demand(
        index < turnStart || part !== firstCall || signature !== undefined,
        `Function call \`${part.functionCall?.name}\` in the ${index + 1}. content block is missing a \`thought_signature\`. Function calls in the current turn must carry the signature of their first part.`,
        at,
      );
    }
  }
}

function isGenuine(part: Part, signature: string): boolean {
  if (skipSignatures.includes(signature)) return true;
  return part.functionCall
    ? verifies("gemini-call", signature, part.functionCall.name)
    : verifies("gemini-thought", signature);
}
