import type { StreamPosition } from "./contract.ts";

// Apart from the schemas of contract.ts, so that a browser takes these without zod.

export const playgroundLimits = {
  /** Listed conversations of one person; whoever has more is asked to delete some. */
  conversations: 2_000,
  turnsPerConversation: 5_000,
  /** Of one question, of an answer edited by hand, and of a system prompt, in UTF-16 units. */
  textLength: 200_000,
  systemPromptLength: 50_000,
  titleLength: 120,
  /** A paste longer than this is better sent as a file. */
  longPasteLength: 4_000,
  attachmentsPerTurn: 10,
  /** What is uploaded: images after they were made smaller on the client. */
  imageBytes: 4 * 1024 * 1024,
  pdfBytes: 20 * 1024 * 1024,
  textBytes: 800 * 1024,
  pdfPages: 300,
  /** Text that is kept of one file; what is longer is cut, and said. */
  fileTextLength: 400_000,
  /** Of one person, all files together. */
  attachmentBytesPerPerson: 200 * 1024 * 1024,
  /** Of one person, all turns together. */
  textBytesPerPerson: 200 * 1024 * 1024,
  comparedModels: 3,
  /** Answers of one person that run at once. */
  runsPerPerson: 6,
  pendingPerConversation: 5,
  /** Turns that come with a conversation; earlier ones with `before`. */
  turnsPerPage: 60,
  /** Of one person; and of one the name and what it puts into the composer. */
  presets: 100,
  presetNameLength: 40,
  presetPromptLength: 10_000,
  conversationsPerPage: 100,
} as const;

export const imageTypes = ["image/png", "image/jpeg", "image/webp", "image/gif"] as const;

/** Addresses of the routes. */
export const playgroundRoutes = {
  /** GET: ConversationPage. `before`: the `next` of the page before. */
  conversations: (query: { query?: string; before?: string } = {}) => withQuery("/playground/conversations", query),
  /** GET: ConversationView; 404 also for what isn't one's own. `before`: id of the earliest turn that is there. */
  conversation: (id: string, query: { before?: string } = {}) => withQuery(`/playground/conversations/${id}`, query),
  /**
   * GET: text/event-stream of StreamEvent, each as the data of an event named by its `type`. A turn named in `from` is told from there on;
   * others that run begin with a whole `turn`. Ends itself after `idle`; closing it stops nothing.
   */
  stream: (id: string, from: readonly StreamPosition[] = []) =>
    withQuery(`/playground/conversations/${id}/stream`, {
      from: from.map(({ turnId, thinking, text }) => `${turnId}.${thinking}.${text}`).join(","),
    }),
  /** GET: a download. `json` holds what is needed to cite: model, date, parameters of each answer. */
  export: (id: string, format: "markdown" | "json") => `/playground/conversations/${id}/export?format=${format}`,
  /** GET: StatementAnswer of a conversation, for a statement on the use of AI. */
  statement: (id: string) => `/playground/conversations/${id}/statement`,
  /** POST of the file's bytes with its content type (imageTypes, application/pdf, else text): AttachmentView, or { code, zh, en }. */
  upload: (name: string) => withQuery("/playground/attachments", { name }),
  /** GET: an image's bytes, or a file's text. */
  attachment: (id: string) => `/playground/attachments/${id}`,
} as const;

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "",
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
