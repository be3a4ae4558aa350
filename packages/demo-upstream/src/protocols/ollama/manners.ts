import type { Manners } from "../protocol.ts";

/** What all of Ollama's paths have in common; an error is a sentence. */
export const ollamaManners: Manners = {
  credentials: ["bearer"],
  encodeRefusal: ({ message }) => JSON.stringify({ error: message }),
};
