import type { ProtocolId } from "../canonical/signature.ts";

/** What is known of a kind of vendor behind a channel. */
export type Provider = {
  readonly id: string;
  /** The protocol that its channels speak. */
  readonly protocol: ProtocolId;
  /** Path of the list of models below a channel's base URL. */
  readonly modelsPath: string;
  /** Parameters (by their names in `parameterPaths`) or fields (by their path in the body) that it refuses: taken out and named to the client. */
  readonly rejects: readonly string[];
  /** Headers, names and values in turn, that carry the channel's credential. */
  authorise(credential: string | null): readonly string[];
};
