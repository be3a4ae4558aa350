import type { Limits } from "@lyceum/domain";
import type { AdmissionRequest, LimitScope } from "../types.ts";
import { admissionOf, type LedgerFixture, type Person } from "./ledger-fixture.ts";

const tables = { key: "virtual_key", user: "account", member: "access_group" } as const;

/** A person in a group of his own, with ways to limit each of the three and to let time pass. */
export async function limitedPerson(books: LedgerFixture, amountNanos: bigint) {
  const person: Person = await books.person(amountNanos);
  const groupId = `g-${person.keyId}`;
  await books.query("insert into access_group (id, name) values ($1, $1)", [groupId]);
  await books.query("update virtual_key set group_id = $2 where id = $1", [person.keyId, groupId]);
  const { meter } = await books.one<{ meter: string }>("select member_meter_id($1, $2) as meter", [
    person.accountId,
    groupId,
  ]);
  const holders: Record<LimitScope, string> = { key: person.keyId, user: person.accountId, member: groupId };
  const meters: Record<LimitScope, string> = { key: person.keyId, user: person.accountId, member: meter };

  return {
    ...person,
    groupId,
    meters,
    admission: (nanos: bigint, overrides: Partial<AdmissionRequest> = {}) =>
      admissionOf(person, nanos, { keyVersion: 2, groupId, ...overrides }),
    /** Sets all limits of a scope; those that are not named are lifted. */
    async limit(scope: LimitScope, limits: Partial<Limits>): Promise<void> {
      await books.query(
        `update ${tables[scope]} set rpm_limit = $2, tpm_limit = $3, parallel_limit = $4, cap_nanos = $5, cap_period = $6 where id = $1`,
        [
          holders[scope],
          ...[limits.rpmLimit ?? null, limits.tpmLimit ?? null, limits.parallelLimit ?? null],
          ...[limits.capNanos ?? null, limits.capPeriod ?? "month"],
        ],
      );
    },
    /** As if so many seconds passed for the minute of each meter: the clock can't be moved, so the buckets are. */
    async pass(seconds: number): Promise<void> {
      await books.query(
        `update meter set second = second - $2::int,
           requests = array(select requests[(i + $2::int) % 61 + 1] from generate_series(0, 60) i),
           tokens = array(select tokens[(i + $2::int) % 61 + 1] from generate_series(0, 60) i)
         where account_id = $1`,
        [person.accountId, seconds],
      );
      await books.query(
        "update reservation set admitted_at = admitted_at - make_interval(secs => $2) where account_id = $1",
        [person.accountId, seconds],
      );
    },
  };
}

export type LimitedPerson = Awaited<ReturnType<typeof limitedPerson>>;
