/** What the gateway must know of a request to a model, whatever protocol it came in. */
export type Call = {
  /** The name as the client wrote it. */
  readonly model: string;
  readonly isStream: boolean;
  /** Most output tokens of each choice, as the client limits them; null: no limit given. */
  readonly outputLimit: number | null;
  /** Answers wanted to the one prompt. */
  readonly choices: number;
  /** What the estimate of input tokens is made from. */
  readonly size: PromptSize;
  /** The client wants the usage at the end of its stream. */
  readonly wantsStreamUsage: boolean;
  /** The body for a channel of the same protocol: the client's bytes with only the changes in them. */
  toUpstream(changes: UpstreamChanges): Buffer;
};

export type PromptSize = {
  /** Estimated tokens of all texts, tools and the marks of roles between them; not of images. */
  readonly textTokens: number;
  readonly images: number;
};

export type UpstreamChanges = {
  readonly model: string;
  /** Replaces the client's limit, or gives one where there is none; null leaves things as they are. */
  readonly outputLimit: number | null;
  /** Stands in for whatever the client says of its user. */
  readonly userPseudonym: string;
};
