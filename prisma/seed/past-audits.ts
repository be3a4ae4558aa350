import type { Prisma } from "../../packages/db/src/generated/client.ts";
import type { Actor, AuditNote, Tx } from "../../packages/db/src/index.ts";
import { newId } from "../../packages/domain/src/index.ts";

export type PastAudit = AuditNote & { actor: Actor; at: Date };

/** Writes audit entries of the past: the trail itself takes no changes, and writeAudit() only knows the present. */
export async function writePastAudits(tx: Tx, notes: readonly PastAudit[]): Promise<void> {
  await tx.auditEntry.createMany({
    data: notes.map(({ actor, at, action, targetKind, targetId, targetName = "", detail = {} }) => ({
      id: newId(at.getTime()),
      actorId: actor.id,
      actorName: actor.name,
      action,
      targetKind,
      targetId,
      targetName,
      detail: detail as Prisma.InputJsonObject,
      ip: actor.ip ?? "",
      createdAt: at,
    })),
  });
}
