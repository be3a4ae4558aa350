import type { Effort } from "../canonical/canonical-request.ts";

/**
 * How a model is told to think: by one of a few levels, by a budget of tokens (-1: as it sees fit), or not at all. `canBeOff`: it can be told not
 * to.
 */
export type ThinkingScale =
  | { readonly kind: "levels"; readonly levels: readonly Effort[] }
  | { readonly kind: "budget"; readonly least: number; readonly most: number; readonly canBeOff: boolean }
  | { readonly kind: "none" };

/** What models of Google's differ in. */
export type GeminiDialect = {
  readonly thinking: ThinkingScale;
  /** A call in the history without a signature is refused. */
  readonly checksSignatures: boolean;
  /** Results of functions may hold images. */
  readonly takesResultMedia: boolean;
  /** Schemas are taken as JSON Schema, in fields of their own. */
  readonly takesJsonSchema: boolean;
};
