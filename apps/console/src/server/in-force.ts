import "server-only";
import { waitForConfig } from "@lyceum/db";
import type { Action } from "./action-result.ts";
import { getDb } from "./db.ts";

const patienceMs = 5_000;

/** `inForce` false: written, but a worker of the gateway has not loaded it yet. */
export type InForce = { inForce: boolean };

/**
 * An action whose change concerns the gateway: answers only when every worker has loaded it, so that the page may say it
 * is in force. The wait comes after the commit, outside of the action's transaction.
 */
export function untilInForce<Input, Data extends object>(action: Action<Input, Data>): Action<Input, Data & InForce> {
  return async (input, actId) => {
    const result = await action(input, actId);
    if (!result.ok) return result;
    const inForce = await waitForConfig(getDb(), { timeoutMs: patienceMs });
    return { ok: true, data: { ...result.data, inForce } };
  };
}
