import { type Db, getModelByName, oneTimePassword, removeModel, type Tx } from "../../packages/db/src/index.ts";
import { NANOS_PER_UNIT } from "../../packages/domain/src/index.ts";
import { writeHistory } from "./books.ts";
import { insertKeys, insertPeople, seeder } from "./people.ts";
import type { SeedOptions, SeedResult } from "./scenario.ts";
import { type ModelSpec, serveModels } from "./serve.ts";

const everybody = ["default", "vip"];

/** Public names say what is special about each. */
const models: readonly ModelSpec[] = [
  {
    name: "demo-text",
    upstreamModel: "demo-text",
    vendor: "Demo",
    description: "一段固定的短回答",
    groups: everybody,
    price: { input: "2", output: "8" },
    contextTokens: 32_768,
  },
  {
    name: "demo-echo",
    upstreamModel: "demo-echo",
    vendor: "Demo",
    groups: everybody,
    price: { input: "1", output: "4", cachedInput: "0.25" },
    capabilities: ["tools"],
  },
  {
    name: "demo-free",
    upstreamModel: "demo-text",
    vendor: "Demo",
    groups: everybody,
    price: { input: "0", output: "0" },
    isLocal: true,
  },
  {
    name: "demo-vip",
    upstreamModel: "demo-text",
    vendor: "Demo",
    groups: ["vip"],
    price: { input: "4", output: "16" },
    capabilities: ["reasoning"],
  },
  { name: "demo-unpriced", upstreamModel: "demo-text", vendor: "Demo", groups: everybody, price: null },
  {
    name: "demo-removed",
    upstreamModel: "demo-text",
    vendor: "Demo",
    groups: everybody,
    price: { input: "2", output: "8" },
  },
];

export const E2E_PEOPLE = {
  admin: { studentId: "ADMIN", name: "管理员" },
  /** ¥20 and a key "laptop" in the group default. */
  funded: { studentId: "2025001", name: "张三" },
  /** No money and no key. */
  penniless: { studentId: "2025002", name: "李四" },
  /** Registered without proof. */
  unverified: { studentId: "2025003", name: "王五" },
} as const;

/** Few people and models, each there for one property. Nothing random but ids, keys and, unless given, the password. */
export async function seedE2e(db: Db, options: SeedOptions): Promise<SeedResult> {
  const password = options.password ?? oneTimePassword();
  const key = await db.$transaction((tx) => writeE2e(tx, options, password), { timeout: 60_000 });
  const { admin, funded, penniless, unverified } = E2E_PEOPLE;
  return {
    admin: { ...admin, password },
    students: [
      { ...funded, password, key },
      { ...penniless, password },
      { ...unverified, password },
    ],
    models: models.map((model) => model.name),
  };
}

async function writeE2e(tx: Tx, options: SeedOptions, password: string): Promise<string> {
  const createdAt = options.now ?? new Date();
  const { admin, funded, penniless, unverified } = E2E_PEOPLE;
  const student = { role: "student", isVerified: true, createdAt } as const;
  const people = await insertPeople(
    tx,
    [
      { ...admin, role: "admin", isVerified: true, createdAt },
      { ...funded, ...student },
      { ...penniless, ...student },
      { ...unverified, ...student, isVerified: false },
    ],
    password,
  );
  await serveModels(tx, "demo", models, options);
  const removed = await getModelByName(tx, "demo-removed");
  await removeModel(tx, seeder, { modelId: removed.id, reason: "上游已停止服务" });
  const person = people.find((each) => each.studentId === funded.studentId);
  if (person === undefined) throw new Error("the funded student was not written");
  const actorId = people.find((each) => each.role === "admin")?.userId ?? null;
  await writeHistory(
    tx,
    [{ accountId: person.accountId, amountNanos: 20n * NANOS_PER_UNIT, reason: "第一周额度", actorId, at: createdAt }],
    [],
  );
  const [key] = await insertKeys(tx, [{ person, name: "laptop", groupId: "default", createdAt }]);
  if (key === undefined) throw new Error("the key was not written");
  return key.secret;
}
