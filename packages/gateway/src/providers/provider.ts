/** What is known of a kind of vendor behind a channel. */
export type Provider = {
  readonly id: string;
  /** Id of the protocol that its channels speak. */
  readonly protocol: string;
  /** Path of the list of models below a channel's base URL. */
  readonly modelsPath: string;
  /** Headers, names and values in turn, that carry the channel's credential. */
  authorise(credential: string | null): readonly string[];
};
