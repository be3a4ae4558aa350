import {
  AppError,
  type ChannelOverrides,
  channelOverridesSchema,
  newId,
  noOverrides,
  type ProviderId,
  parseUpstreamUrl,
  providerIds,
  toProviderId,
} from "@lyceum/domain";
import { type Actor, type AuditJson, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { replaceCredentials } from "./credentials.ts";
import { addDeployments, type NewDeployment } from "./deployments.ts";
import { forgetChannelHealth } from "./health.ts";
import { writeHandEvent } from "./health-events.ts";
import { isUniqueViolation } from "./transaction.ts";

export type NewChannel = {
  name: string;
  /** A provider's id; "openai-chat" means "openai". */
  protocol: string;
  baseUrl: string;
  /** Null or empty: the upstream asks for none. */
  credential: string | null;
  /** Models that don't exist yet are made, without a price. */
  models: readonly NewDeployment[];
  /** Groups that may use these models. */
  groups: readonly string[];
  priority?: number | undefined;
  weight?: number | undefined;
  allowPrivate: boolean;
};

/**
 * Adds a channel with its models. Throws `name_taken`, `channel_address_refused`, `group_not_found`, and `invalid_request` for a name,
 * protocol or model name.
 */
export async function addChannel(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  input: NewChannel,
): Promise<{ id: string; newModels: string[] }> {
  const name = channelName(input.name);
  const protocol = parseProvider(input.protocol);
  const baseUrl = parseUpstreamUrl(input.baseUrl, input.allowPrivate);
  const id = newId();
  await lockConfig(tx);
  const row = {
    id,
    name,
    protocol,
    baseUrl,
    allowPrivate: input.allowPrivate,
  };
  const { count } = await tx.channel.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) throw new AppError("name_taken", { parameters: { name } });
  await replaceCredentials(tx, masterSecret, id, { secret: input.credential });
  const newModels = await addDeployments(tx, id, input);
  await auditChannel(tx, actor, "channel.create", row, {
    protocol,
    baseUrl,
    allowPrivate: input.allowPrivate,
    models: input.models.map((model) => `${model.name}=${model.upstreamModel}`),
    newModels,
    groups: input.groups,
  });
  return { id, newModels };
}

export type ChannelChanges = {
  name?: string | undefined;
  protocol?: string | undefined;
  baseUrl?: string | undefined;
  /** Where given, the only one from now on; null or empty: none. */
  credential?: string | null | undefined;
  allowPrivate?: boolean | undefined;
  idleTimeoutMs?: number | undefined;
  totalTimeoutMs?: number | undefined;
  /** Null: only the idle time-out. */
  firstTokenTimeoutMs?: number | null | undefined;
  /** Requests at a time; null: as many as come. */
  parallelLimit?: number | null | undefined;
  overrides?: ChannelOverrides | undefined;
};

/**
 * Changes a channel. A new address demands the credential again, so that nobody sends a stored one to a place of his own.
 * Throws `not_found`, `name_taken`, `channel_address_refused`, `invalid_request`.
 */
export async function updateChannel(
  tx: Tx,
  actor: Actor,
  masterSecret: string,
  input: { channelId: string } & ChannelChanges,
): Promise<void> {
  const before = await requireChannel(tx, input.channelId);
  const allowPrivate = input.allowPrivate ?? before.allowPrivate;
  const baseUrl = parseUpstreamUrl(input.baseUrl ?? before.baseUrl, allowPrivate);
  const hasCredential = before.credentials.length > 0;
  if (baseUrl !== before.baseUrl && input.credential === undefined && hasCredential) {
    throw refusal("更换地址时必须重新填写凭据。", "a new address needs the credential again.");
  }
  const after = {
    name: input.name === undefined ? before.name : channelName(input.name),
    protocol: parseProvider(input.protocol ?? before.protocol),
    baseUrl,
    allowPrivate,
    idleTimeoutMs: timeout(input.idleTimeoutMs ?? before.idleTimeoutMs),
    totalTimeoutMs: timeout(input.totalTimeoutMs ?? before.totalTimeoutMs),
    firstTokenTimeoutMs: optional(timeout, input.firstTokenTimeoutMs, before.firstTokenTimeoutMs),
    parallelLimit: optional(parallelLimit, input.parallelLimit, before.parallelLimit),
    overrides: input.overrides === undefined ? before.overrides : parseOverrides(input.overrides),
  };
  try {
    await tx.channel.update({ where: { id: before.id }, data: after, select: { id: true } });
  } catch (error) {
    throw isUniqueViolation(error) ? new AppError("name_taken", { parameters: { name: after.name } }) : error;
  }
  if (input.credential !== undefined)
    await replaceCredentials(tx, masterSecret, before.id, { secret: input.credential });
  const isAskedAnew =
    after.baseUrl !== before.baseUrl ||
    after.protocol !== before.protocol ||
    JSON.stringify(after.overrides) !== JSON.stringify(before.overrides);
  if (isAskedAnew) await forgetChannelHealth(tx, before.id);
  const { id, credentials: _, ...former } = before;
  await auditChannel(
    tx,
    actor,
    "channel.update",
    { id, name: after.name },
    {
      before: former,
      after,
      credentialReplaced: input.credential !== undefined,
    },
  );
}

/** Throws `not_found`. */
export async function setChannelEnabled(
  tx: Tx,
  actor: Actor,
  input: { channelId: string; enabled: boolean },
): Promise<void> {
  const channel = await requireChannel(tx, input.channelId);
  const { count } = await tx.channel.updateMany({
    where: { id: channel.id, isEnabled: !input.enabled },
    data: { isEnabled: input.enabled },
  });
  if (count === 0) return;
  await auditChannel(tx, actor, input.enabled ? "channel.enable" : "channel.disable", channel);
  await writeHandEvent(tx, actor, { kind: input.enabled ? "channel-enabled" : "channel-disabled", channel });
}

/** Takes a channel away with its deployments and its credential; usage still names it, and its name is free again. Throws `not_found`. */
export async function deleteChannel(tx: Tx, actor: Actor, input: { channelId: string }): Promise<void> {
  const channel = await requireChannel(tx, input.channelId);
  await tx.deployment.deleteMany({ where: { channelId: channel.id } });
  await tx.channelCredential.deleteMany({ where: { channelId: channel.id } });
  await tx.upstreamList.deleteMany({ where: { channelId: channel.id } });
  await tx.upstreamModel.deleteMany({ where: { channelId: channel.id } });
  await tx.channel.update({
    where: { id: channel.id },
    data: {
      name: `${channel.name} (deleted ${channel.id.slice(-12)})`,
      isEnabled: false,
      deletedAt: new Date(),
    },
    select: { id: true },
  });
  await auditChannel(tx, actor, "channel.delete", channel, { baseUrl: channel.baseUrl });
}

/** Switches channels on or off, all or none. Of those that are as wanted already nothing is changed or told. Throws `not_found`. */
export async function setChannelsEnabled(
  tx: Tx,
  actor: Actor,
  input: { channelIds: readonly string[]; enabled: boolean },
): Promise<void> {
  for (const channelId of input.channelIds.toSorted())
    await setChannelEnabled(tx, actor, { channelId, enabled: input.enabled });
}

/** Takes channels away, all or none. Throws `not_found`. */
export async function deleteChannels(tx: Tx, actor: Actor, input: { channelIds: readonly string[] }): Promise<void> {
  for (const channelId of input.channelIds.toSorted()) await deleteChannel(tx, actor, { channelId });
}

async function requireChannel(tx: Tx, id: string) {
  await lockConfig(tx);
  const channel = await tx.channel.findFirst({
    where: { id, deletedAt: null },
    select: {
      id: true,
      name: true,
      protocol: true,
      baseUrl: true,
      allowPrivate: true,
      idleTimeoutMs: true,
      totalTimeoutMs: true,
      firstTokenTimeoutMs: true,
      parallelLimit: true,
      overrides: true,
      credentials: { where: { sealed: { not: null } }, select: { id: true } },
    },
  });
  if (channel === null) throw new AppError("not_found");
  return { ...channel, overrides: channelOverridesSchema.safeParse(channel.overrides).data ?? noOverrides };
}

/** The provider that an admin wrote. Throws `invalid_request`. */
function parseProvider(text: string): ProviderId {
  const provider = toProviderId(text);
  if (provider !== null) return provider;
  const known = providerIds.join(", ");
  throw refusal(`协议应为 ${known} 之一。`, `the protocol is one of ${known}.`);
}

function channelName(text: string): string {
  const name = text.trim();
  if (name.length >= 1 && name.length <= 64 && !/\p{Cc}/u.test(name)) return name;
  throw refusal("渠道名应为 1 到 64 个字符。", "a channel's name has 1 to 64 characters.");
}

function timeout(ms: number): number {
  if (Number.isInteger(ms) && ms >= 1_000 && ms <= 3_600_000) return ms;
  throw refusal("超时应在 1 秒与 1 小时之间。", "a timeout lies between one second and one hour.");
}

function optional(
  parse: (value: number) => number,
  wanted: number | null | undefined,
  before: number | null,
): number | null {
  const value = wanted === undefined ? before : wanted;
  return value === null ? null : parse(value);
}

function parallelLimit(value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 100_000) return value;
  throw refusal(
    "并行上限应为 1 到 100000 的整数。",
    "a limit of parallel requests is a whole number from 1 to 100000.",
  );
}

function parseOverrides(value: unknown): ChannelOverrides {
  const parsed = channelOverridesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw refusal(`覆盖项有误：${where}。`, `the overrides are not valid: ${where}.`);
}

function refusal(reason_zh: string, reason_en: string): AppError {
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}

function auditChannel(
  tx: Tx,
  actor: Actor,
  action: string,
  channel: { id: string; name: string },
  detail: { [key: string]: AuditJson } = {},
) {
  return writeAudit(tx, actor, {
    action,
    targetKind: "channel",
    targetId: channel.id,
    targetName: channel.name,
    detail,
  });
}
