import type { ErrorFace } from "./canonical/protocol.ts";
import { anthropicMessages } from "./protocols/anthropic-messages/index.ts";
import { geminiGenerate } from "./protocols/gemini-generate/index.ts";
import { ollamaChat } from "./protocols/ollama-chat/index.ts";
import { openaiChat } from "./protocols/openai-chat/index.ts";

/** The endpoint that an address was meant for. */
export type NearMiss = {
  /** Its right address, such as `/v1/messages`. */
  readonly path: string;
  /** Of the clients that ask there. */
  readonly face: ErrorFace;
  /** What the base address has too much, null where that is not all. */
  readonly surplus: string | null;
  /** What is missing at the end of the base address, null where that is not all. */
  readonly missing: string | null;
};

/** What people put before an endpoint by mistake: what their client adds by itself, what it says of others, the endpoint itself. */
const PREFIX =
  /^(?:\/*(?:v\d+(?:alpha|beta)?\d*|api|openai|anthropic|gemini|google|ollama|deployments\/[^/]+|engines\/[^/]+|chat|completions|responses|messages|embeddings)(?=\/|$))*$/;
/** No address that was meant for an endpoint is longer. */
const LONGEST = 500;

const KINDS: readonly (Pick<NearMiss, "face"> & { readonly tail: RegExp; readonly home: string })[] = [
  { tail: /\/+((?:chat\/)?completions|responses|embeddings)$/, home: "/v1/", face: openaiChat },
  { tail: /\/+(messages(?:\/count_tokens)?)$/, home: "/v1/", face: anthropicMessages },
  {
    tail: /\/+(models\/[^/]+(?::|%3[aA])(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents))$/,
    home: "/v1beta/",
    face: geminiGenerate,
  },
  { tail: /\/+api\/(chat|generate|tags|show|ps|version|embed)$/, home: "/api/", face: ollamaChat },
  // Below v1beta the list is Gemini's. Alone, /models is a page of the console.
  { tail: /\/+v1beta\/+(models)$/, home: "/v1beta/", face: geminiGenerate },
  { tail: /\/+(?:v1|api|openai)\/+(models)$/, home: "/v1/", face: openaiChat },
];

/**
 * The endpoint that a wrong address is nearly, of any protocol: its prefix missing, twice or another's, slashes doubled or at the end. Null where
 * it is like none, or is an endpoint as it is.
 */
export function nearMiss(path: string): NearMiss | null {
  if (path.length > LONGEST) return null;
  const trimmed = path.replace(/\/+$/, "");
  for (const { tail, home, face } of KINDS) {
    const match = tail.exec(trimmed);
    if (match === null || !PREFIX.test(trimmed.slice(0, match.index))) continue;
    const right = home + (match[1] ?? "");
    if (right === path) return null;
    return { path: right, face, surplus: beforeEnd(path, right), missing: beforeEnd(right, path) };
  }
  return null;
}

/** What stands in `text` before `end`; null if it does not end so. */
function beforeEnd(text: string, end: string): string | null {
  return text.endsWith(end) ? text.slice(0, -end.length) : null;
}
