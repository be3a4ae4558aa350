import type { CanonicalReply } from "../canonical/canonical-reply.ts";
import { Fold } from "../canonical/fold.ts";
import type { DecodedCall, Protocol, ReplyContext } from "../canonical/protocol.ts";
import type { UpstreamComplaint } from "../canonical/reply.ts";
import { unfold } from "../canonical/unfold.ts";
import { parseJson } from "../json/parse-json.ts";
import { LineSplitter } from "../streams/line-splitter.ts";
import { type FrameReceiver, SseSplitter } from "../streams/sse-splitter.ts";

type Readable = Pick<Protocol, "decodeReply" | "decodeStream" | "framing" | "readComplaint">;

/**
 * Reads a whole answer from a body: in one piece, or as a stream where the server doesn't heed which of them it was asked for. A stream that just
 * stops is no answer. Null: it is none of this protocol.
 */
export function readAnswer(upstream: Readable, body: Buffer): CanonicalReply | null {
  return upstream.decodeReply(parseJson(body.toString("utf8"))) ?? readStream(upstream, body).reply;
}

/** The error that a body holds in place of an answer, be it an event of a stream. Null: there is none. */
export function complaintIn(upstream: Readable, body: Buffer): UpstreamComplaint | null {
  const complaint = upstream.readComplaint(body) ?? readStream(upstream, body).complaint;
  // Ours, on what can't be read at all: a page of some proxy, say.
  return complaint?.code === "wrong_json" ? null : complaint;
}

/** An answer as the client asked for it. */
export function writeAnswer(
  face: Pick<Protocol, "encodeReply" | "encodeStream">,
  call: DecodedCall,
  context: ReplyContext,
  reply: CanonicalReply,
): Buffer {
  if (!call.isStream) return face.encodeReply(reply, context);
  const encoder = face.encodeStream(context, call);
  let text = "";
  for (const event of unfold(reply)) text += encoder.encode(event);
  return Buffer.from(text + encoder.end());
}

function readStream(
  { decodeStream, framing }: Readable,
  body: Buffer,
): { readonly reply: CanonicalReply | null; readonly complaint: UpstreamComplaint | null } {
  const folding = new Fold();
  const begun = new Set<number>();
  const finished = new Set<number>();
  let complaint: UpstreamComplaint | null = null;
  const decoder = decodeStream((event) => {
    if (event.type === "error") complaint ??= event.complaint;
    else folding.add(event);
    if ("choice" in event) begun.add(event.choice);
    if (event.type === "finish") finished.add(event.choice);
  });
  const receive: FrameReceiver = (_buffer, _start, _end, data, start, end) => {
    if (start >= 0 && complaint === null) decoder.decode(data.toString("utf8", start, end));
  };
  const splitter = framing === "sse" ? new SseSplitter(receive) : new LineSplitter(receive);
  try {
    splitter.push(body);
    splitter.end();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { reply: null, complaint: null };
  }
  const isWhole = finished.size > 0 && [...begun].every((choice) => finished.has(choice));
  return { reply: isWhole && complaint === null ? folding.reply() : null, complaint };
}
