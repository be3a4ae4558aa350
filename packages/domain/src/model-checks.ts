/** What is found out about a model on an upstream when it is tried: whether it streams, answers whole, calls tools, sees, makes vectors. */
export const modelChecks = ["stream", "text", "tools", "vision", "embedding"] as const;
export type ModelCheck = (typeof modelChecks)[number];

/** `unsure`: it took the question, but its answer doesn't show that it can. `skipped`: there was no way, or no sense, to ask. */
export const checkOutcomes = ["passed", "failed", "unsure", "skipped"] as const;
export type CheckOutcome = (typeof checkOutcomes)[number];
