import type { Citation } from "../../canonical/canonical-request.ts";

/** One of Anthropic's five kinds of citations. Its offsets lie in the source, not in the answer: they are not ours. */
export function decodeCitation(wire: Readonly<Record<string, unknown>>): Citation {
  return {
    url: text(wire.url) ?? text(wire.source),
    title: text(wire.title) ?? text(wire.document_title),
    citedText: text(wire.cited_text),
    start: null,
    end: null,
  };
}

/** What is known of a citation, in the kind that fits: of a page of the web, or of a document of the request. */
export function encodeCitation({ url, title, citedText }: Citation): object {
  const cited_text = citedText ?? "";
  if (url !== null) return { type: "web_search_result_location", url, title, cited_text, encrypted_index: "" };
  const nowhere = { document_index: 0, start_char_index: 0, end_char_index: cited_text.length };
  return { type: "char_location", document_title: title, cited_text, ...nowhere };
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
