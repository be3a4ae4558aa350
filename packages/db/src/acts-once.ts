import { hashedId } from "./ask-id.ts";
import type { Tx } from "./client.ts";

/**
 * Notes an act that must not happen twice, in its transaction: false where the same person has done just that under the id of their page before. Whoever
 * does the same at the same time waits for the end of that transaction; one that failed leaves nothing behind.
 */
export async function noteAct(tx: Tx, userId: string, actId: string, input: unknown): Promise<boolean> {
  const what = JSON.stringify(input, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  const id = hashedId(`${userId} ${actId} ${what}`);
  return (await tx.$executeRaw`insert into act_once (id) values (${id}::uuid) on conflict do nothing`) === 1;
}
