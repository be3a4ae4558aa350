import type { LoadRequested } from "./fields.ts";
import type { Shape } from "./response.ts";

/** The answer to a request that asks for nothing but that its model be loaded: one object, even where a stream was asked for. */
export function encodeLoad({ model, doneReason }: LoadRequested, shape: Shape): object {
  return { model, created_at: new Date().toISOString(), ...shape({ text: "" }), done: true, done_reason: doneReason };
}
