import { type Db, oneTimePassword, type Tx, updateGroup } from "../../packages/db/src/index.ts";
import { formatAmount, NANOS_PER_UNIT } from "../../packages/domain/src/index.ts";
import { type PastCredit, type PastRequest, writeHistory } from "./books.ts";
import { campusModels } from "./campus-models.ts";
import { campusStudents } from "./campus-people.ts";
import { HISTORY_DAYS, pastRequests, type ServedModel } from "./history.ts";
import { writePastAudits } from "./past-audits.ts";
import { insertKeys, insertPeople, type KeySpec, type PersonRow, seeder } from "./people.ts";
import { seededRandom } from "./random.ts";
import type { SeedOptions, SeedResult } from "./scenario.ts";
import { serveModels } from "./serve.ts";

const DAY_MS = 86_400_000;
const VIP_MULTIPLIER = "0.8";
export const CAMPUS_ADMIN_ID = "ADMIN";
/** Campus models come from two places, as they would. */
export const CAMPUS_CHANNELS = { cloud: "demo-cloud", local: "demo-gpu" } as const;

/** A faculty of 30 with balances, keys, models and two weeks of use. An ADMIN who exists already stays as he is. */
export async function seedCampus(db: Db, options: SeedOptions): Promise<SeedResult> {
  const password = options.password ?? oneTimePassword();
  const now = options.now ?? new Date();
  const start = new Date(now.getTime() - (HISTORY_DAYS + 1) * DAY_MS);
  const keys = await db.$transaction((tx) => writeCampus(tx, options, password, start, now), { timeout: 60_000 });
  return {
    admin: { studentId: CAMPUS_ADMIN_ID, name: "管理员", password },
    students: campusStudents.map(({ studentId, name }) => {
      const key = keys.get(studentId);
      return { studentId, name, password, ...(key === undefined ? {} : { key }) };
    }),
    models: campusModels.map((model) => model.name),
  };
}

async function writeCampus(
  tx: Tx,
  options: SeedOptions,
  password: string,
  start: Date,
  now: Date,
): Promise<Map<string, string>> {
  const existing = await tx.user.findUnique({ where: { studentId: CAMPUS_ADMIN_ID }, select: { id: true } });
  const admin = {
    studentId: CAMPUS_ADMIN_ID,
    name: "管理员",
    role: "admin",
    isVerified: true,
    createdAt: start,
  } as const;
  const adminId = existing?.id ?? (await insertPeople(tx, [admin], password))[0]?.userId ?? null;
  await updateGroup(tx, seeder, { id: "vip", multiplier: VIP_MULTIPLIER });
  const people = await insertPeople(
    tx,
    campusStudents.map((student) => ({
      studentId: student.studentId,
      name: student.name,
      role: "student",
      isVerified: student.isVerified,
      groups: student.isVip ? ["vip"] : [],
      createdAt: start,
    })),
    password,
  );
  const models = await campusModelsServed(tx, options, start);
  const keys = await insertKeys(
    tx,
    people.flatMap((person, place) => keySpecs(person, place, start)),
  );

  const random = seededRandom(20_261_122);
  const credits: PastCredit[] = [];
  const requests: PastRequest[] = [];
  for (const [place, person] of people.entries()) {
    const student = campusStudents[place];
    if (student === undefined || student.grantUnits === 0n) continue;
    const amountNanos = student.grantUnits * NANOS_PER_UNIT;
    credits.push({
      accountId: person.accountId,
      amountNanos,
      reason: "热力学 2026 秋 · 课程额度",
      actorId: adminId,
      at: new Date(start.getTime() + 3_600_000),
    });
    if (student.habit >= 10) {
      const at = new Date(now.getTime() - 6 * DAY_MS);
      credits.push({
        accountId: person.accountId,
        amountNanos: 10n * NANOS_PER_UNIT,
        reason: "课程项目追加",
        actorId: adminId,
        at,
      });
    }
    for (const key of keys.filter((each) => each.person === person)) {
      const multiplierPpm = key.groupId === "vip" ? 800_000 : 1_000_000;
      const habit = key.name === "课程作业" || student.habit < 5 ? student.habit : 5;
      requests.push(...pastRequests(random, key, habit, models, multiplierPpm, now));
    }
  }
  await writeHistory(tx, credits, requests);
  const idOf = new Map(people.map((person) => [person.accountId, person.studentId]));
  await writePastAudits(
    tx,
    credits.map(({ accountId, amountNanos, reason, at }) => ({
      actor: { id: adminId, name: admin.name },
      action: "account.fund",
      targetKind: "account",
      targetId: accountId,
      targetName: idOf.get(accountId) ?? "",
      detail: { amount: formatAmount(amountNanos), reason },
      at,
    })),
  );
  return new Map(keys.filter((key) => key.name === "课程作业").map((key) => [key.person.studentId, key.secret]));
}

/** Everybody who uses models has a key for coursework; VIP members one for their lab beside it. */
function keySpecs(person: PersonRow, place: number, createdAt: Date): KeySpec[] {
  const student = campusStudents[place];
  if (student === undefined || !student.isVerified || student.habit === 0) return [];
  const first = { person, name: "课程作业", groupId: "default", createdAt };
  return student.isVip ? [first, { person, name: "课题组", groupId: "vip", createdAt }] : [first];
}

async function campusModelsServed(tx: Tx, options: SeedOptions, start: Date): Promise<ServedModel[]> {
  const cloud = await serveModels(
    tx,
    CAMPUS_CHANNELS.cloud,
    campusModels.filter((model) => !model.isLocal).map(toSpec),
    options,
  );
  const local = await serveModels(
    tx,
    CAMPUS_CHANNELS.local,
    campusModels.filter((model) => model.isLocal).map(toSpec),
    options,
  );
  // The prices were in force before the history that they explain.
  await tx.$executeRaw`update price set created_at = ${start}::timestamptz`;
  await tx.$executeRaw`update model set created_at = ${start}::timestamptz`;
  return campusModels.map((model) => {
    const served = cloud.get(model.name) ?? local.get(model.name);
    if (served === undefined) throw new Error(`${model.name} is not served`);
    return { ...model, ...served };
  });
}

function toSpec({ popularity: _p, answerTokens: _a, ...spec }: (typeof campusModels)[number]) {
  return spec;
}
