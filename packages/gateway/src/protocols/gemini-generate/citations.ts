import type { Citation } from "../../canonical/canonical-request.ts";
import type { WireCandidate } from "./wire.ts";

type Metadata = WireCandidate["citationMetadata"];

/** `citationMetadata` of a candidate whose text so far is `text`: its offsets are bytes, ours UTF-16 units. */
export function decodeCitations(metadata: Metadata, text: string): Citation[] {
  const sources = [...(metadata?.citations ?? []), ...(metadata?.citationSources ?? [])];
  if (sources.length === 0) return [];
  const bytes = Buffer.from(text);
  const unitsAt = (offset: number | null | undefined) =>
    offset === null || offset === undefined ? null : bytes.toString("utf8", 0, offset).length;
  return sources.map(({ uri, title, startIndex, endIndex }) => ({
    url: uri ?? null,
    title: title ?? null,
    citedText: null,
    // A start at 0 is left out by protocol buffers.
    start: endIndex === null || endIndex === undefined ? unitsAt(startIndex) : unitsAt(startIndex ?? 0),
    end: unitsAt(endIndex),
  }));
}

/** The same the other way round; `before`: bytes of the texts before this one. */
export function encodeCitation(
  { url, title, start, end }: Citation,
  text: string,
  before: number,
): Record<string, unknown> {
  const bytesAt = (units: number) => before + Buffer.byteLength(text.slice(0, units));
  return {
    ...(start !== null && { startIndex: bytesAt(start) }),
    ...(end !== null && { endIndex: bytesAt(end) }),
    ...(url !== null && { uri: url }),
    ...(title !== null && { title }),
  };
}
