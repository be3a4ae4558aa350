/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Part of a message; an image is read from a file that stands beside the code. */
export type AskedPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image"; readonly file: string; readonly mediaType: string };

/** What a person sets; what is left out is not sent. */
export type AskedParameters = {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly seed?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly effort?: string | undefined;
};

/** What is asked, in no protocol yet. */
export type Asked = {
  readonly model: string;
  readonly system?: string | undefined;
  readonly messages: readonly { readonly role: "user" | "assistant"; readonly parts: readonly AskedPart[] }[];
  readonly parameters?: AskedParameters | undefined;
  /** Further fields of the body in OpenAI's protocol, for clients that can send them. */
  readonly extra?: { readonly [name: string]: Json } | undefined;
};

/** Where it is asked. */
export type Reach = {
  /** Scheme, host and port, without a path. */
  readonly origin: string;
  /** The whole key; null: the code reads it from the environment. */
  readonly key: string | null;
};

/** Where the code looks for the key when it doesn't hold it. */
export const keyVariable = "LYCEUM_KEY";

/** A question of one sentence. */
export function askedOnce(model: string, question: string): Asked {
  return { model, messages: [{ role: "user", parts: [{ kind: "text", text: question }] }] };
}

/** Whether files have to stand beside the code. */
export function hasImages({ messages }: Asked): boolean {
  return messages.some(({ parts }) => parts.some(({ kind }) => kind === "image"));
}
