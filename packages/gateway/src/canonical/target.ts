import type { ModelConstraints } from "@lyceum/domain";
import type { Provider } from "../providers/provider.ts";

/** Where a call is to go: one deployment, and what it may be told. */
export type Target = {
  readonly provider: Provider;
  /** The model's name at the upstream. */
  readonly upstreamModel: string;
  /** Replaces the client's limit where that is higher, or gives one where there is none; null leaves things as they are. */
  readonly outputLimit: number | null;
  /** What protocols that insist on a limit are given where the client named none: the model's own limit, or its usual output. */
  readonly defaultOutputTokens: number;
  /** Stands in for whatever the client says of its user. */
  readonly userPseudonym: string;
  readonly constraints: ModelConstraints;
};
