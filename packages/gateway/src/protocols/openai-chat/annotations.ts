import type { Citation } from "../../canonical/canonical-request.ts";
import { record } from "./loose.ts";

/** Chat knows only citations of addresses. `before`: how much text stands before the block that the offsets count in. */
export function encodeAnnotation({ url, title, start, end }: Citation, before: number): object[] {
  if (url === null) return [];
  const url_citation = {
    url,
    title: title ?? "",
    start_index: (start ?? 0) + before,
    end_index: (end ?? start ?? 0) + before,
  };
  return [{ type: "url_citation", url_citation }];
}

/** The citation in an annotation; nothing for one of another kind. */
export function decodeAnnotation(annotation: unknown): Citation[] {
  const cited = record(record(annotation)?.url_citation);
  if (cited === null) return [];
  const { url, title, content, start_index, end_index } = cited;
  return [
    {
      url: typeof url === "string" ? url : null,
      title: typeof title === "string" ? title : null,
      citedText: typeof content === "string" ? content : null,
      start: typeof start_index === "number" ? start_index : null,
      end: typeof end_index === "number" ? end_index : null,
    },
  ];
}
