import { AppError } from "@lyceum/domain";
import type { Call, Occasion, UpstreamCall } from "../canonical/call.ts";
import type { CanonicalRequest } from "../canonical/canonical-request.ts";
import { Notes } from "../canonical/notes.ts";
import type { DecodedCall, Face, ModelNames, Protocol, ReplyContext } from "../canonical/protocol.ts";
import type { Emit } from "../canonical/reply-event.ts";
import type { Target } from "../canonical/target.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { adaptRequest } from "./adapt-request.ts";
import { constrain } from "./constrain.ts";
import { hasAddresses, withBytes } from "./media.ts";
import { factsOf } from "./pass-reply.ts";
import { complaintIn, readAnswer, writeAnswer } from "./read-answer.ts";
import { TranslatingListener } from "./translating-listener.ts";

/** The endpoint where clients of a protocol chat with models. */
export function chatFace(protocol: Protocol): Face {
  const { requestIdHeader } = protocol;
  return {
    id: protocol.id,
    ...(requestIdHeader !== undefined && { requestIdHeader }),
    encodeError: (error, requestId) => protocol.encodeError(error, requestId),
    encodeRates: (rates) => protocol.encodeRates(rates),
    decodeCall: (body, route) => chatCall(protocol, protocol.decodeCall(body, route)),
    waiting: protocol.waiting,
  };
}

/** A chat call of a client that speaks `face`, ready for upstreams of every protocol. */
export function chatCall(face: Protocol, decoded: DecodedCall): Call {
  let canonical: CanonicalRequest | null = null;
  const request = () => {
    canonical ??= bounded(() => decoded.canonical());
    return canonical;
  };
  const { model, isStream, outputLimit, choices, size, streamContentType } = decoded;
  return {
    model,
    isStream,
    outputLimit,
    choices,
    size,
    needs: isStream ? [...size.needs, "stream"] : size.needs,
    opening: size.opening,
    streamContentType,
    prepare(target, occasion) {
      const upstream = protocolOf(target.provider.protocol);
      const context = contextOf(decoded, occasion, request);
      if (upstream.id === face.id) return passed(face, decoded, target, context);
      const { needsBytes } = upstream;
      if (!hasAddresses(request(), needsBytes)) return translated(face, decoded, upstream, target, context, request());
      return withBytes(request(), needsBytes, occasion.fetchMedia).then((fetched) =>
        translated(face, decoded, upstream, target, context, fetched),
      );
    },
  };
}

/** What can't be walked or copied, because it has hundreds of thousands of parts, is the client's mistake and not ours. */
function bounded<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AppError("invalid_request", {
      cause: error,
      parameters: {
        reason_zh: "请求的部分太多，无法转换给这个模型的上游。",
        reason_en: "the request has too many parts to be translated for the upstream of this model.",
      },
    });
  }
}

/** What encoders of answers know of a call. */
export function contextOf(decoded: DecodedCall, occasion: Occasion, request: () => CanonicalRequest): ReplyContext {
  const { model, wantsStreamUsage, choices } = decoded;
  const { requestId, createdAt, inputTokens } = occasion;
  const { echo } = decoded;
  return { model, requestId, createdAt, wantsStreamUsage, choices, inputTokens, request, ...(echo && { echo }) };
}

/** Same protocol on both sides: the bytes pass. */
function passed(protocol: Protocol, decoded: DecodedCall, target: Target, context: ReplyContext): UpstreamCall {
  const names: ModelNames = { requested: decoded.model, upstream: target.upstreamModel };
  const notes = new Notes();
  const encoded = decoded.pass(target);
  notes.dropAll(encoded.dropped ?? []);
  return {
    ...encoded,
    body: constrain(encoded.body, protocol, target, notes),
    framing: protocol.framing,
    dropped: notes.dropped,
    clamped: notes.clamped,
    readReply(body) {
      const passed = decoded.isStream || !isObject(body) ? null : protocol.passReply(body, names, context);
      if (passed !== null) return passed;
      const reply = readAnswer(protocol, body);
      return reply && { body: writeAnswer(protocol, decoded, context, reply), facts: factsOf(reply) };
    },
    readComplaint: (body) => complaintIn(protocol, body),
    listen: () => protocol.passStream(decoded, names, context),
  };
}

function isObject(body: Buffer): boolean {
  return body[0] === 0x7b || body.toString("latin1", 0, 1_024).trimStart().startsWith("{");
}

/** Two protocols: everything is decoded, and encoded anew. */
export function translated(
  face: Pick<Protocol, "encodeReply" | "encodeStream">,
  decoded: DecodedCall,
  upstream: Protocol,
  target: Target,
  context: ReplyContext,
  request: CanonicalRequest,
): UpstreamCall {
  const notes = new Notes();
  notes.dropAll(request.unmapped);
  const { request: adapted, freeText, toolNames } = adaptRequest(request, upstream, target, notes);
  const encoded = bounded(() => upstream.encodeRequest(adapted, target, notes));
  // On the way back in the opposite order.
  const restoring = (emit: Emit): Emit => {
    const freed = freeText?.restoring(emit) ?? emit;
    return toolNames === null ? freed : (event) => freed(toolNames.restoreEvent(event));
  };
  return {
    ...encoded,
    body: constrain(wellFormed(encoded.body), upstream, target, notes),
    framing: upstream.framing,
    dropped: notes.dropped,
    clamped: notes.clamped,
    readReply(body) {
      const reply = readAnswer(upstream, body);
      if (reply === null) return null;
      const named = toolNames?.restoreReply(reply) ?? reply;
      const restored = freeText?.restoreReply(named) ?? named;
      return { body: writeAnswer(face, decoded, context, restored), facts: factsOf(reply) };
    },
    readComplaint: (body) => complaintIn(upstream, body),
    listen: () =>
      new TranslatingListener(
        (emit) => upstream.decodeStream(restoring(emit)),
        face.encodeStream(context, decoded),
        decoded.choices,
      ),
  };
}

/**
 * JSON with a replacement character for each half of one, as clients leave them that cut texts anywhere: JSON.stringify writes them as escapes,
 * which many servers refuse. Where a client's own JSON stands in a text, its backslashes are doubled: those are left alone.
 */
function wellFormed(body: Buffer): Buffer {
  if (!body.includes("\\ud")) return body;
  const text = body.toString("utf8");
  return Buffer.from(text.replace(/(\\\\)|\\ud[89a-f][0-9a-f]{2}/g, (_, pair: string | undefined) => pair ?? "\ufffd"));
}
