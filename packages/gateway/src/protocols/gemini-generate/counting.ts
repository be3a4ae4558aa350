import type { CanonicalRequest } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { Counting, DecodedCount, EncodedRequest, Route } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { editJson } from "../../json/edit-json.ts";
import { invalid, knownFields, readFields } from "../../json/plain-fields.ts";
import { decodeCall, modelPath } from "./request.ts";
import { encodePrompt } from "./request-encode.ts";

const known = knownFields(["contents", "generateContentRequest", "generate_content_request"]);

/** `countTokens` (ai.google.dev/api/tokens): of contents alone, or of a whole request with its tools and its system text. */
export const counting = {
  decodeQuestion,
  encodeAnswer: (inputTokens) => Buffer.from(JSON.stringify({ totalTokens: inputTokens })),
  encodeQuestion,
  decodeAnswer: (value) =>
    typeof value === "object" && value !== null && "totalTokens" in value && typeof value.totalTokens === "number"
      ? value.totalTokens
      : null,
} satisfies Counting;

function decodeQuestion(body: Buffer, route: Route): DecodedCount {
  const { byName } = readFields(body, known);
  const [member, ...more] = ["generateContentRequest", "generate_content_request", "contents"].flatMap(
    (name) => byName.get(name) ?? [],
  );
  if (more.length > 0) {
    throw invalid(
      "contents",
      "contents 和 generateContentRequest 只能写一个。",
      "there may be contents or a generateContentRequest, not both.",
    );
  }
  const whole =
    member !== undefined && !byName.has("contents") ? body.subarray(member.valueStart, member.valueEnd) : null;
  const { model, size, canonical, pass } = decodeCall(whole ?? body, route);
  return {
    model,
    size,
    canonical,
    pass(target) {
      const passed = pass(target).body;
      return question(target, whole === null ? passed : wrapped(passed, target));
    },
  };
}

function encodeQuestion(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest {
  return question(target, wrapped(Buffer.from(JSON.stringify(encodePrompt(request, target, notes))), target));
}

function wrapped(request: Buffer, { upstreamModel }: Target): Buffer {
  const named = editJson(request, [{ path: ["model"], json: JSON.stringify(modelPath(upstreamModel).slice(1)) }]);
  return Buffer.concat([Buffer.from('{"generateContentRequest":'), named, Buffer.from("}")]);
}

function question({ upstreamModel }: Target, body: Buffer): EncodedRequest {
  return { path: `${modelPath(upstreamModel)}:countTokens`, headers: [], body };
}
