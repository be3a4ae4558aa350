import type { CredentialState } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";

/** What the machine found out about a credential that is out. */
export type CredentialStanding = {
  readonly state: Exclude<CredentialState, "ready">;
  readonly cause: string;
  readonly since: Date;
  /** When one that is cooling may be used again; null: a probe decides. */
  readonly until: Date | null;
  readonly lastError: string;
};

/** The credentials that are out now, by their ids. One whose cooling is over is not among them. */
export async function listCredentialStandings(db: Db | Tx): Promise<ReadonlyMap<string, CredentialStanding>> {
  const rows = await db.$queryRaw<(CredentialStanding & { id: string })[]>`
    select credential_id::text as id, state, cause, since, until, last_error as "lastError" from credential_health
      where state = 'refused' or (state = 'cooling' and (until is null or until > clock_timestamp()))`;
  return new Map(rows.map(({ id, ...standing }) => [id, standing]));
}
