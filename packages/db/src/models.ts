import {
  AppError,
  isEssentialField,
  type ModelConstraints,
  modelConstraintsSchema,
  newId,
  noConstraints,
  parameterNames,
  rangeText,
} from "@lyceum/domain";
import { type Actor, type AuditJson, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { isUniqueViolation } from "./transaction.ts";

export const modelCapabilities = ["vision", "tools", "reasoning", "audio", "realtime", "embedding"] as const;
export type ModelCapability = (typeof modelCapabilities)[number];

/** What an admin says about a model. Token counts are null where unknown. */
export type ModelFields = {
  vendor: string;
  description: string;
  capabilities: readonly ModelCapability[];
  contextTokens: number | null;
  maxOutputTokens: number | null;
  /** Set aside when the client names no limit; null: the setting. */
  usualOutputTokens: number | null;
  isLocal: boolean;
  /** What its server takes, and what is recommended. */
  constraints: ModelConstraints;
};

const noFields: ModelFields = {
  vendor: "",
  description: "",
  capabilities: [],
  contextTokens: null,
  maxOutputTokens: null,
  usualOutputTokens: null,
  isLocal: false,
  constraints: noConstraints,
};

/** Checks a public name: 1 to 128 letters, digits and . _ : / @ + - (no blanks: it stands in JSON, URLs and shells). */
export function parseModelName(text: string): string {
  const name = text.trim();
  if (/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/.test(name)) return name;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: `模型名 ${name.slice(0, 40)} 只能含字母、数字和 . _ : / @ + -，至多 128 个字符。`,
      reason_en: `the model name ${name.slice(0, 40)} may hold letters, digits and . _ : / @ + - only, at most 128.`,
    },
  });
}

/** Makes a model that nobody serves yet. Throws `name_taken`, `group_not_found`, and `invalid_request` for the name. */
export async function createModel(
  tx: Tx,
  actor: Actor,
  input: { name: string; groups: readonly string[] } & Partial<ModelFields>,
): Promise<{ id: string }> {
  const name = parseModelName(input.name);
  await lockConfig(tx);
  const groups = await requireGroups(tx, input.groups);
  const id = newId();
  const fields = withFields(noFields, input);
  const { count } = await tx.model.createMany({ data: [{ id, name, ...toRow(fields) }], skipDuplicates: true });
  if (count === 0) throw new AppError("name_taken", { parameters: { name } });
  await tx.modelGroup.createMany({ data: groups.map((groupId) => ({ modelId: id, groupId })) });
  await auditModel(tx, actor, "model.create", { id, name }, { ...toAudit(fields), groups });
  return { id };
}

/** Throws `not_found`, `name_taken`, `group_not_found`, and `invalid_request` for the name. */
export async function updateModel(
  tx: Tx,
  actor: Actor,
  input: { modelId: string; name?: string | undefined; groups?: readonly string[] | undefined } & Partial<ModelFields>,
): Promise<void> {
  // What is not changed is written again: nobody else may change it in between.
  await lockConfig(tx);
  const before = await tx.model.findUnique({
    where: { id: input.modelId },
    select: { id: true, name: true, ...fieldColumns, groups: { select: { groupId: true } } },
  });
  if (before === null) throw new AppError("not_found");
  const name = input.name === undefined ? before.name : parseModelName(input.name);
  const { groups: groupRows, id, name: nameBefore, ...former } = before;
  const fieldsBefore: ModelFields = {
    ...former,
    capabilities: former.capabilities as ModelCapability[],
    constraints: readConstraints(former.constraints),
  };
  const fields = withFields(fieldsBefore, input);
  try {
    await tx.model.update({ where: { id }, data: { name, ...toRow(fields) }, select: { id: true } });
  } catch (error) {
    throw isUniqueViolation(error) ? new AppError("name_taken", { parameters: { name } }) : error;
  }
  const groupsBefore = groupRows.map((row) => row.groupId).sort();
  const groups = input.groups === undefined ? groupsBefore : await requireGroups(tx, input.groups);
  if (groups.join() !== groupsBefore.join()) {
    await tx.modelGroup.deleteMany({ where: { modelId: id, groupId: { notIn: groups } } });
    await tx.modelGroup.createMany({ data: groups.map((groupId) => ({ modelId: id, groupId })), skipDuplicates: true });
  }
  await auditModel(
    tx,
    actor,
    "model.update",
    { id, name },
    {
      before: { name: nameBefore, ...toAudit(fieldsBefore), groups: groupsBefore },
      after: { name, ...toAudit(fields), groups },
    },
  );
}

/** The ids of groups, each checked, in order. Throws `group_not_found`. */
export async function requireGroups(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(ids)].sort();
  const known = await tx.group.findMany({ where: { id: { in: wanted } }, select: { id: true } });
  const unknown = wanted.find((id) => !known.some((group) => group.id === id));
  if (unknown !== undefined) throw new AppError("group_not_found", { parameters: { group: unknown } });
  return wanted;
}

const fieldColumns = {
  vendor: true,
  description: true,
  capabilities: true,
  contextTokens: true,
  maxOutputTokens: true,
  usualOutputTokens: true,
  isLocal: true,
  constraints: true,
} as const;

/** The constraints as stored; none where they can't be read, as the gateway has it. */
export function readConstraints(value: unknown): ModelConstraints {
  // Most models have none, and a list of five hundred is read for every page.
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0) return noConstraints;
  const checked = modelConstraintsSchema.safeParse(value);
  return checked.success ? checked.data : noConstraints;
}

function withFields(before: ModelFields, changes: Partial<ModelFields>): ModelFields {
  const pick = <Key extends keyof ModelFields>(key: Key): ModelFields[Key] => changes[key] ?? before[key];
  const count = (key: "contextTokens" | "maxOutputTokens" | "usualOutputTokens") =>
    requireTokens(changes[key] === undefined ? before[key] : (changes[key] ?? null));
  return {
    vendor: pick("vendor").trim().slice(0, 64),
    description: pick("description").trim().slice(0, 1000),
    capabilities: pick("capabilities"),
    contextTokens: count("contextTokens"),
    maxOutputTokens: count("maxOutputTokens"),
    usualOutputTokens: count("usualOutputTokens"),
    isLocal: pick("isLocal"),
    constraints: requireConstraints(pick("constraints")),
  };
}

function requireConstraints(value: ModelConstraints): ModelConstraints {
  const checked = modelConstraintsSchema.safeParse(value);
  const essential = checked.data?.rejected.find(isEssentialField);
  if (essential !== undefined) {
    throw new AppError("invalid_request", {
      parameters: {
        reason_zh: `字段 ${essential} 不能去掉：没有它回答就变了。`,
        reason_en: `the field ${essential} can't be left out: the answer would be another one.`,
      },
    });
  }
  if (checked.success) return checked.data;
  throw new AppError("invalid_request", {
    detail: checked.error.message,
    parameters: {
      reason_zh: "模型约束不对：范围的下限应不大于上限，字段名只含字母、数字和 _ . -。",
      reason_en:
        "the constraints are not valid: a minimum is not above its maximum, and fields are letters, digits and _ . -.",
    },
  });
}

function requireTokens(count: number | null): number | null {
  if (count === null || (Number.isInteger(count) && count >= 1 && count <= 100_000_000)) return count;
  throw new AppError("invalid_request", {
    parameters: { reason_zh: "词元数应为正整数。", reason_en: "a number of tokens is a positive whole number." },
  });
}

function toRow(fields: ModelFields) {
  return { ...fields, capabilities: [...fields.capabilities] };
}

function toAudit({ constraints, ...fields }: ModelFields): { [key: string]: AuditJson } {
  return { ...fields, constraints: constraintsForAudit(constraints) };
}

/** As few lines as there are constraints: the trail shows what differs. */
export function constraintsForAudit({ ranges, rejected, recommended }: ModelConstraints): { [key: string]: AuditJson } {
  return {
    ranges: parameterNames.flatMap((name) => (ranges[name] === undefined ? [] : [rangeText(name, ranges[name])])),
    rejected,
    recommended: Object.entries(recommended).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
  };
}

export async function requireModel(tx: Tx, id: string): Promise<{ id: string; name: string; removedAt: Date | null }> {
  const model = await tx.model.findUnique({ where: { id }, select: { id: true, name: true, removedAt: true } });
  if (model === null) throw new AppError("not_found");
  return model;
}

export function auditModel(
  tx: Tx,
  actor: Actor,
  action: string,
  model: { id: string; name: string },
  detail: { [key: string]: AuditJson } = {},
) {
  return writeAudit(tx, actor, { action, targetKind: "model", targetId: model.id, targetName: model.name, detail });
}
