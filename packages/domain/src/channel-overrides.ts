import { z } from "zod";

/** Headers that the gateway itself, or HTTP, answers for; and those that carry a credential, which must not stand in the open. */
const reserved = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "accept-encoding",
  "x-request-id",
  "authorization",
  "proxy-authorization",
  "cookie",
  "x-api-key",
  "x-goog-api-key",
  "api-key", // Azure's
]);
/** A header's name by RFC 9110, 5.6.2. */
const headerName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/)
  .refine((name) => !reserved.has(name));

/** `value` null takes the header away. Values are not secret: a credential belongs among the channel's credentials. */
const headerOverride = z.object({
  name: headerName,
  value: z
    .string()
    .regex(/^[\x20-\x7e]{0,1000}$/)
    .nullable(),
});

/**
 * Fields, wherever they stand, that decide which answer comes, and how much of it can be charged: the gateway reads them from what the client sent
 * when it reserves. How long answers may be is set with the model.
 */
const fixedFields = new Set(
  [
    ...["model", "models", "provider", "stream", "stream_options", "service_tier"],
    ...["n", "best_of", "candidateCount", "candidate_count"],
    ...["max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "num_predict"],
    ...["messages", "input", "prompt", "contents", "system", "systemInstruction", "system_instruction", "instructions"],
  ].map((name) => name.toLowerCase()),
);
/** Deeper no request goes; more would be the end of whoever walks through it. */
const MOST_LEVELS = 16;

/** What a database takes as JSON too: no NUL, no half of a character. A member called __proto__ would be lost on the way without a word. */
function isPlain(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value !== "object" || value === null) return true;
  return (
    levels > 0 &&
    Object.entries(value).every(([name, each]) => name !== "__proto__" && isPlain(name) && isPlain(each, levels - 1))
  );
}

const plainJson = z
  .unknown()
  .refine((value) => isPlain(value), { abort: true })
  .pipe(z.json());

const bodyOverride = z.object({
  /** Members from the outside in, with dots between: `chat_template_kwargs.enable_thinking`. */
  path: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,5}$/)
    .refine((path) => !path.split(".").some((name) => fixedFields.has(name.toLowerCase()))),
  /** Left out: the member is taken away. */
  value: plainJson.optional(),
  /** Whether it also stands in for what a client sent; else it only fills a gap. */
  isForced: z.boolean().default(true),
});

/** What a channel's requests get on their way out beside what the protocol says, as an administrator set it. */
export const channelOverridesSchema = z.object({
  headers: z
    .array(headerOverride)
    .max(20)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, { error: "a header occurs twice" })
    .default([]),
  body: z
    .array(bodyOverride)
    .max(30)
    .refine((list) => new Set(list.map(({ path }) => path)).size === list.length, { error: "a field occurs twice" })
    .refine((list) => !list.some(({ path }) => list.some((other) => other.path.startsWith(`${path}.`))), {
      error: "a field stands within another",
    })
    .default([]),
});

export type ChannelOverrides = z.infer<typeof channelOverridesSchema>;
export const noOverrides: ChannelOverrides = { headers: [], body: [] };
