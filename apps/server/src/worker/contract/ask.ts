/** What a client wants, in no protocol's words: each face of the contract says it in its own. Left out: not said. */
export type Ask = {
  readonly model: string;
  readonly stream: boolean;
  readonly system?: readonly string[];
  readonly turns: readonly Turn[];
  readonly tools?: readonly AskTool[];
  readonly toolChoice?: "auto" | "none" | "required" | { readonly name: string };
  readonly parallel?: false;
  readonly schema?: object;
  readonly stop?: readonly string[];
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly limit?: number;
  readonly n?: number;
  readonly effort?: "low" | "medium" | "high";
  readonly logprobs?: number;
  readonly user?: string;
  /** A member of the body that no other protocol knows. */
  readonly unknown?: readonly [string, unknown];
};

export type AskTool = { readonly name: string; readonly description: string; readonly parameters: object };

export type Turn =
  | { readonly role: "user"; readonly parts: readonly AskPart[] }
  | { readonly role: "system"; readonly text: string }
  /** As the face itself answered before (`Seen.reply`): what a client sends back of an answer. */
  | { readonly role: "echo"; readonly reply: unknown }
  | { readonly role: "assistant"; readonly text: string; readonly calls?: readonly AskCall[] }
  | { readonly role: "tool"; readonly results: readonly AskResult[] };

export type AskCall = { readonly id: string; readonly name: string; readonly args: object };
export type AskResult = {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly isError?: boolean;
  readonly image?: string;
};

/** `data` is base64. */
export type AskPart =
  | { readonly type: "text"; readonly text: string; readonly isCached?: boolean }
  | { readonly type: "image"; readonly mediaType: string; readonly data: string }
  | { readonly type: "image-url"; readonly url: string }
  | { readonly type: "pdf"; readonly data: string }
  | { readonly type: "audio"; readonly data: string };

/** What a client reads of an answer. */
export type Seen = {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly args: string }[];
  readonly finish: "stop" | "length" | "tool-calls" | "content-filter" | "none";
  readonly usage: { readonly input: number; readonly output: number; readonly cached: number } | null;
  /** How many answers there are. */
  readonly choices: number;
  /** What the client would send back of it in the next turn. */
  readonly reply: unknown;
};

/** Thrown by a face that has no words for what is asked. */
export class Unsayable extends Error {}

/** One client protocol as its clients use it, written apart from the gateway's own adapters: what they get wrong this one sees. */
export interface ContractFace {
  readonly id: string;
  readonly title: string;
  /** Throws Unsayable. */
  request(ask: Ask): {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: object;
  };
  /** Throws where an answer breaks the protocol. */
  readWhole(body: unknown): Seen;
  /** Throws where a stream breaks the protocol. One that the gateway wrote itself is held to more than one it passed on. */
  readStream(text: string, isTranslated: boolean): Seen;
  /** The message of an error body. Throws where its shape is not the protocol's. */
  readError(body: unknown): string;
}
