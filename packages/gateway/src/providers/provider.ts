import type { ProtocolId } from "../canonical/signature.ts";
import type { GeminiDialect } from "./gemini-dialect.ts";
import type { OpenAiDialect } from "./openai-dialect.ts";

/** What is known of a kind of vendor behind a channel. */
export type Provider = {
  readonly id: string;
  /** The protocol that its channels speak. */
  readonly protocol: ProtocolId;
  /** What requests go to below, of a base URL's path; absent: all of it. */
  readonly basePath?: (path: string) => string;
  /** Path of the list of models below a channel's base URL. */
  readonly modelsPath: string;
  /** Parameters (by their names in `parameterPaths`) or fields (by their path in the body) that it refuses: taken out and named to the client. */
  readonly rejects: readonly string[];
  /** How it speaks OpenAI's chat API; absent where it speaks another, or nothing is known. */
  dialectOf?(upstreamModel: string): OpenAiDialect;
  /** How the types of tools begin that the upstream itself runs and that the prices of its models cover; all others of that kind are refused. */
  readonly serverTools?: readonly string[];
  /** Whether a model of it is told how long to think by a number of tokens; else by an effort, and it decides. */
  readonly thinksByBudget?: (upstreamModel: string) => boolean;
  /** What its models differ in, where it speaks Gemini's protocol. */
  readonly geminiDialectOf?: (upstreamModel: string) => GeminiDialect;
  /** Whether a model of it can't be held to a JSON schema by a field of the request, so that it has to call a tool of that schema. */
  readonly answersByTool?: (upstreamModel: string) => boolean;
  /** Headers, names and values in turn, that carry the channel's credential. */
  authorise(credential: string | null): readonly string[];
};
