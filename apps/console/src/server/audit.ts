import "server-only";
import { type Actor, type AuditNote, writeAudits } from "@lyceum/db";
import type { Tx } from "./db.ts";

/** What an act touched; `detail` holds before, after and the reason, never a secret, and money as text. */
export type AuditDetails = Omit<AuditNote, "action">;

interface AuditSource {
  tx: Tx;
  actor: Actor;
  /** Undefined: this action leaves its trail to the query functions it calls. */
  action: string | undefined;
}

/** Collects what an action touched; `write` adds one row for each, in the action's transaction. */
export function createAudit({ tx, actor, action }: AuditSource) {
  const described: AuditDetails[] = [];
  return {
    describe(details: AuditDetails): void {
      described.push(details);
    },
    async write(): Promise<void> {
      if (action === undefined && described.length === 0) return;
      // Forgetting either half would lose the trail silently; thrown here, it rolls the act back.
      if (action === undefined) throw new Error("an action described an audit entry but names no `audit`");
      if (described.length === 0) throw new Error(`the action ${action} ended without describing its audit entry`);
      await writeAudits(
        tx,
        actor,
        described.map((details) => ({ action, ...details })),
      );
    },
  };
}
