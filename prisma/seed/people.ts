import { type Actor, hashPassword, type Tx } from "../../packages/db/src/index.ts";
import { createApiKey, defaultSettings, newId, type UserRole } from "../../packages/domain/src/index.ts";
import { writePastAudits } from "./past-audits.ts";

export const seeder: Actor = { id: null, name: "seed" };

export type PersonSpec = {
  studentId: string;
  name: string;
  role: UserRole;
  isVerified: boolean;
  groups?: readonly string[];
  createdAt: Date;
};
export type PersonRow = PersonSpec & { userId: string; accountId: string };

/** Writes many people with one password (argon2 once, not once each), who have accepted the terms. */
export async function insertPeople(tx: Tx, specs: readonly PersonSpec[], password: string): Promise<PersonRow[]> {
  const passwordHash = await hashPassword(password);
  const rows = specs.map((spec) => ({
    ...spec,
    userId: newId(spec.createdAt.getTime()),
    accountId: newId(spec.createdAt.getTime()),
  }));
  await tx.user.createMany({
    data: rows.map((row) => ({
      id: row.userId,
      studentId: row.studentId,
      name: row.name,
      role: row.role,
      passwordHash,
      verifiedAt: row.isVerified ? row.createdAt : null,
      termsVersion: defaultSettings.terms.version,
      termsAcceptedAt: row.createdAt,
      createdAt: row.createdAt,
    })),
  });
  await tx.account.createMany({
    data: rows.map((row) => ({
      id: row.accountId,
      kind: "user" as const,
      userId: row.userId,
      createdAt: row.createdAt,
    })),
  });
  await tx.groupMember.createMany({
    data: rows.flatMap((row) => (row.groups ?? []).map((groupId) => ({ userId: row.userId, groupId }))),
  });
  await writePastAudits(
    tx,
    rows.map((row) => ({
      actor: seeder,
      action: "user.create",
      targetKind: "user",
      targetId: row.userId,
      targetName: row.studentId,
      detail: { name: row.name, role: row.role },
      at: row.createdAt,
    })),
  );
  return rows;
}

export type KeySpec = { person: PersonRow; name: string; groupId: string; createdAt: Date };
export type KeyRow = KeySpec & { id: string; secret: string };

/** Writes many keys. */
export async function insertKeys(tx: Tx, specs: readonly KeySpec[]): Promise<KeyRow[]> {
  const made = specs.map((spec) => ({ ...spec, id: newId(spec.createdAt.getTime()), ...createApiKey() }));
  await tx.virtualKey.createMany({
    data: made.map((key) => ({
      id: key.id,
      userId: key.person.userId,
      accountId: key.person.accountId,
      name: key.name,
      hash: Uint8Array.from(key.hash),
      prefix: key.prefix,
      lastFour: key.lastFour,
      groupId: key.groupId,
      models: [],
      createdAt: key.createdAt,
    })),
  });
  await writePastAudits(
    tx,
    made.map((key) => ({
      actor: { id: key.person.userId, name: key.person.name },
      action: "key.create",
      targetKind: "key",
      targetId: key.id,
      targetName: key.name,
      detail: { group: key.groupId, models: [], shown: `${key.prefix}…${key.lastFour}` },
      at: key.createdAt,
    })),
  );
  return made.map(({ id, secret, person, name, groupId, createdAt }) => ({
    id,
    secret,
    person,
    name,
    groupId,
    createdAt,
  }));
}
