import "server-only";
import { type Actor, noteAct, type Tx } from "@lyceum/db";
import { AppError } from "@lyceum/domain";

/** Refuses, for what comes with a file and so by no action, what the same person sent before under the same id of their page. Throws `invalid_request`. */
export async function requireFirst(tx: Tx, actor: Actor, actId: string | undefined, what: object): Promise<void> {
  if (actId === undefined || actor.id === null || (await noteAct(tx, actor.id, actId, what))) return;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: "刚才那次已经完成，只是没有收到回应。刷新页面查看；要再做一次，请再提交。",
      reason_en:
        "this was done when it was sent before; only the answer got lost. Reload to see it; to do it once more, submit again.",
    },
  });
}
