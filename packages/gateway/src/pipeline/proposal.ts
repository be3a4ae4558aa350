import type { ConstraintChange } from "@lyceum/domain";

/** A change of a model's constraints under which an upstream would have taken a request that it refused. */
export type Proposal = {
  readonly modelId: string;
  readonly channelId: string;
  readonly change: ConstraintChange;
  /** What the upstream said, as far as it may be kept. */
  readonly message: string;
};
