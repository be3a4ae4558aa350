import { noUsage } from "@lyceum/domain";
import type { Call, Occasion, UpstreamCall } from "../canonical/call.ts";
import { Notes } from "../canonical/notes.ts";
import type { EncodedRequest, Face } from "../canonical/protocol.ts";
import type { ReplyFacts } from "../canonical/reply.ts";
import type { Target } from "../canonical/target.ts";
import { findPath } from "../json/find-path.ts";
import { parseJson } from "../json/parse-json.ts";
import { invalid } from "../json/plain-fields.ts";
import { applySplices } from "../json/splice.ts";
import { constrain } from "../translation/constrain.ts";
import type { DecodedEmbedding, EmbeddingFace, EmbeddingReply, EmbeddingWire } from "./embedding.ts";
import { wireOf } from "./embedding-wires.ts";

const EMBEDDING: Call["needs"] = ["embedding"];
const NO_PARAMETERS = { parameterPaths: {} };

/** The endpoint where clients ask for vectors. */
export function embeddingFace(face: EmbeddingFace): Face {
  return {
    id: face.id,
    encodeError: (error, requestId) => face.encodeError(error, requestId),
    encodeRates: (rates) => face.encodeRates(rates),
    decodeCall: (body, route) => embeddingCall(face, face.decode(body, route)),
  };
}

function embeddingCall(face: EmbeddingFace, decoded: DecodedEmbedding): Call {
  return {
    model: decoded.model,
    isStream: false,
    // Vectors are no tokens: only input is reserved and charged.
    outputLimit: 0,
    choices: 1,
    size: decoded.size,
    needs: EMBEDDING,
    opening: null,
    streamContentType: "application/json",
    prepare: (target, occasion) => prepared(face, decoded, target, occasion),
  };
}

function prepared(face: EmbeddingFace, decoded: DecodedEmbedding, target: Target, occasion: Occasion): UpstreamCall {
  const wire = wireOf(target.provider.protocol);
  if (wire === null)
    throw invalid("model", "这个模型的上游不提供向量。", "the upstream of this model makes no embeddings.");
  const same = wire === face.wire ? decoded.pass(target) : null;
  return same === null
    ? translated(decoded, wire, target, occasion)
    : exchange(same, target, wire, new Notes(), (body) => passed(body, decoded.model, target, wire));
}

function translated(decoded: DecodedEmbedding, wire: EmbeddingWire, target: Target, occasion: Occasion): UpstreamCall {
  const notes = new Notes();
  const request = decoded.canonical();
  notes.dropAll(request.unmapped);
  const encoded = wire.encodeRequest(request, target, notes);
  return exchange(encoded, target, wire, notes, (body) => {
    const reply = wire.decodeReply(parseJson(body.toString("utf8")));
    // An answer that lacks a vector would put every later one with the wrong text.
    if (reply === null || reply.vectors.length !== request.inputs.length) return null;
    return { body: decoded.encodeReply(reply, occasion.inputTokens), facts: factsOf(reply) };
  });
}

function exchange(
  encoded: EncodedRequest,
  target: Target,
  wire: EmbeddingWire,
  notes: Notes,
  readReply: UpstreamCall["readReply"],
): UpstreamCall {
  return {
    ...encoded,
    body: constrain(encoded.body, NO_PARAMETERS, target, notes),
    framing: "sse",
    dropped: notes.dropped,
    clamped: notes.clamped,
    readReply,
    readComplaint: (body) => wire.readComplaint(body),
    listen() {
      throw new Error("vectors are not streamed");
    },
  };
}

function passed(
  body: Buffer,
  publicName: string,
  target: Target,
  wire: EmbeddingWire,
): ReturnType<UpstreamCall["readReply"]> {
  const reply = wire.decodeReply(parseJson(body.toString("utf8")));
  if (reply === null) return null;
  const named = wire.modelPath === null || publicName === target.upstreamModel ? null : findPath(body, wire.modelPath);
  if (named === null) return { body, facts: factsOf(reply) };
  const splice = { start: named.valueStart, end: named.valueEnd, text: JSON.stringify(publicName) };
  return { body: applySplices(body, [splice]), facts: factsOf(reply) };
}

function factsOf({ usage, rawUsage }: EmbeddingReply): ReplyFacts {
  const isSilent = usage === null || usage.input === 0;
  return {
    usage: isSilent ? null : { ...noUsage, input: usage.input },
    rawUsage,
    estimatedOutputTokens: 0,
    seenOutputTokens: 0,
    isUsageBehind: false,
    hasOutput: true,
  };
}
