import { shortText } from "./passages.ts";
import { cutText } from "./pieces.ts";
import { type Answer, answer, type Script } from "./plan.ts";

const text = cutText(shortText);

/** Scripts that give the short answer over the wire in unusual ways. */
export const wireScripts: readonly Script[] = [
  wire("demo-gzip", "gzip-encoded whether accepted or not", { framing: "gzip" }, ", "),
  wire("demo-brotli", "br-encoded whether accepted or not", { framing: "brotli" }, ", "),
  wire("demo-crlf", "stream lines end in CRLF, with comments between server-sent events", { framing: "crlf" }),
  wire("demo-split", "sent byte by byte, also inside characters", { framing: "split" }, " "),
  wire("demo-half-utf8", "each event in two packets, cut inside a character of several bytes", {
    framing: "half-utf8",
  }),
  wire("demo-no-content-type", "without a content-type header (case 64)", { quirks: { contentType: null } }, " "),
  wire("demo-text-plain", "said to be text/plain (case 64)", { quirks: { contentType: "text/plain" } }),
  wire("demo-rotating-ids", "the ids of the answer and its items change with every event (case 59)", {
    quirks: { rotatesIds: true },
  }),
  wire("demo-spliced-start", "after 3 chunks the start of the stream comes again (case 50)", {
    quirks: { startsTwice: true },
  }),
];

function wire(name: string, description: string, changes: Partial<Answer>, joint = "; "): Script {
  return {
    family: name,
    example: name,
    description: `the short answer${joint}${description}`,
    plan: () => answer(text, changes),
  };
}
