import {
  createKey,
  type Db,
  deleteKey,
  hashPassword,
  oneTimePassword,
  passwordMatches,
  StartupError,
  type Tx,
  updateChannel,
} from "../../packages/db/src/index.ts";
import { hashApiKey, noLimits } from "../../packages/domain/src/index.ts";
import { CAMPUS_ADMIN_ID, CAMPUS_CHANNELS, seedCampus } from "./campus.ts";
import { campusModels } from "./campus-models.ts";
import { campusStudents } from "./campus-people.ts";
import { seeder } from "./people.ts";
import type { SeedResult } from "./scenario.ts";

/** The key that the printed curl line uses. */
const DEMO_KEY = "curl 示例";

/** The sign-ins of a former run, for whoever keeps them: the database holds only their hashes. */
export type DemoSecrets = { password: string; key: string };

type DemoOptions = { upstreamUrl: string; masterSecret: string; former?: DemoSecrets | null };

/**
 * Makes a system the demo, or readies it for another run: seeds the campus the first time, and always points the channels to
 * this run's upstream. Password and key stay those of the former run where they still hold, else there are new ones.
 * Throws StartupError on a system that real people use.
 */
export async function prepareDemo(db: Db, options: DemoOptions): Promise<SeedResult> {
  const channelNames = Object.values(CAMPUS_CHANNELS);
  const isDemo = (await db.channel.count({ where: { name: { in: channelNames } } })) > 0;
  const kept = await stillHolding(db, options.former ?? null);
  const password = kept?.password ?? oneTimePassword();
  if (!isDemo) {
    if ((await db.user.count({ where: { role: "student" } })) > 0) {
      throw new StartupError(
        "This system already has students of its own, so it can't become the demo; choose another folder with LYCEUM_DATA_DIR.",
      );
    }
    await seedCampus(db, { ...options, password });
  }
  const key = await db.$transaction(
    async (tx) => {
      await repoint(tx, options);
      return kept?.key ?? (await renewSecrets(tx, password));
    },
    { timeout: 60_000 },
  );
  const [first, ...others] = campusStudents.map(({ studentId, name }) => ({ studentId, name, password }));
  return {
    admin: { studentId: CAMPUS_ADMIN_ID, name: "管理员", password },
    students: first === undefined ? [] : [{ ...first, key }, ...others],
    models: campusModels.map((model) => model.name),
  };
}

/** The former secrets, if key and password of the first student are still those. */
async function stillHolding(db: Db, former: DemoSecrets | null): Promise<DemoSecrets | null> {
  if (former === null) return null;
  const key = await db.virtualKey.findFirst({
    where: { hash: Uint8Array.from(hashApiKey(former.key)), status: "active" },
    select: { user: { select: { passwordHash: true } } },
  });
  return key !== null && (await passwordMatches(key.user.passwordHash, former.password)) ? former : null;
}

async function repoint(tx: Tx, options: DemoOptions): Promise<void> {
  const channels = await tx.channel.findMany({
    where: { name: { in: Object.values(CAMPUS_CHANNELS) }, deletedAt: null },
    select: { id: true, baseUrl: true },
  });
  for (const { id, baseUrl } of channels) {
    if (baseUrl === options.upstreamUrl) continue;
    await updateChannel(tx, seeder, options.masterSecret, {
      channelId: id,
      baseUrl: options.upstreamUrl,
      credential: null,
      allowPrivate: true,
    });
  }
  // A campus seeded without an address has its channels switched off.
  await tx.channel.updateMany({ where: { id: { in: channels.map(({ id }) => id) } }, data: { isEnabled: true } });
}

/** Gives everybody this password and the first student a fresh key, which is returned. */
async function renewSecrets(tx: Tx, password: string): Promise<string> {
  const studentIds = [CAMPUS_ADMIN_ID, ...campusStudents.map((student) => student.studentId)];
  await tx.user.updateMany({
    where: { studentId: { in: studentIds } },
    data: { passwordHash: await hashPassword(password), mustChangePassword: false, sessionVersion: { increment: 1 } },
  });
  await tx.signInFailure.deleteMany({ where: { studentId: { in: studentIds } } });
  const user = await tx.user.findUniqueOrThrow({
    where: { studentId: campusStudents[0]?.studentId ?? "" },
    select: { id: true },
  });
  const former = await tx.virtualKey.findMany({
    where: { userId: user.id, name: DEMO_KEY, status: { not: "deleted" } },
    select: { id: true },
  });
  for (const { id } of former) await deleteKey(tx, seeder, { userId: user.id, keyId: id });
  const input = {
    userId: user.id,
    name: DEMO_KEY,
    groupId: "default",
    models: [],
    expiresAt: null,
    ...noLimits,
  };
  return (await createKey(tx, seeder, input)).secret;
}
