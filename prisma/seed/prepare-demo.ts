import {
  createKey,
  type Db,
  deleteKey,
  hashPassword,
  oneTimePassword,
  StartupError,
  type Tx,
  updateChannel,
} from "../../packages/db/src/index.ts";
import { CAMPUS_ADMIN_ID, CAMPUS_CHANNELS, seedCampus } from "./campus.ts";
import { campusModels } from "./campus-models.ts";
import { campusStudents } from "./campus-people.ts";
import { seeder } from "./people.ts";
import type { SeedResult } from "./scenario.ts";

/** The key that the printed curl line uses; made anew at each start, since only its hash is kept. */
const DEMO_KEY = "curl 示例";

/**
 * Makes a system the demo, or readies it for another run: seeds the campus the first time; then always points the channels to
 * this run's upstream, gives everybody this run's password, and makes one fresh key for the first student.
 * Throws StartupError on a system that real people use.
 */
export async function prepareDemo(db: Db, options: { upstreamUrl: string; masterSecret: string }): Promise<SeedResult> {
  const channelNames = Object.values(CAMPUS_CHANNELS);
  const isDemo = (await db.channel.count({ where: { name: { in: channelNames } } })) > 0;
  const password = oneTimePassword();
  if (!isDemo) {
    if ((await db.user.count({ where: { role: "student" } })) > 0) {
      throw new StartupError(
        "This system already has students of its own, so it can't become the demo; choose another folder with LYCEUM_DATA_DIR.",
      );
    }
    await seedCampus(db, { ...options, password });
  }
  const key = await db.$transaction((tx) => renew(tx, options, password), { timeout: 60_000 });
  const [first, ...others] = campusStudents.map(({ studentId, name }) => ({ studentId, name, password }));
  return {
    admin: { studentId: CAMPUS_ADMIN_ID, name: "管理员", password },
    students: first === undefined ? [] : [{ ...first, key }, ...others],
    models: campusModels.map((model) => model.name),
  };
}

async function renew(
  tx: Tx,
  options: { upstreamUrl: string; masterSecret: string },
  password: string,
): Promise<string> {
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
    capNanos: null,
    capPeriod: "total" as const,
  };
  return (await createKey(tx, seeder, input)).secret;
}
