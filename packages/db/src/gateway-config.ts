import {
  type ChannelOverrides,
  channelOverridesSchema,
  type ModelConstraints,
  modelConstraintsSchema,
  noConstraints,
  openCredential,
  type Price,
  priceTiersSchema,
  type Settings,
  settingsSchema,
} from "@lyceum/domain";
import type pg from "pg";

export type GroupConfig = {
  readonly id: string;
  readonly name: string;
  readonly multiplierPpm: number;
  readonly isOpen: boolean;
  /** Its members' share of a channel's queue. */
  readonly queueWeight: number;
};

/** An enabled credential. `secret` is open text, null where the upstream asks for none: it never goes into a log, an error or a reply. */
export type CredentialConfig = {
  readonly id: string;
  readonly secret: string | null;
  readonly weight: number;
};

/** An enabled channel, with at least one credential. */
export type ChannelConfig = {
  readonly id: string;
  readonly name: string;
  readonly protocol: string;
  readonly baseUrl: string;
  readonly credentials: readonly CredentialConfig[];
  readonly allowPrivate: boolean;
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number;
  /** Longest wait for the first token of a stream while another deployment could be tried; null: only the others apply. */
  readonly firstTokenTimeoutMs: number | null;
  /** Requests at a time over all workers; null: as many as come. */
  readonly parallelLimit: number | null;
  readonly overrides: ChannelOverrides;
};

/** An enabled deployment on an enabled channel. */
export type DeploymentConfig = {
  readonly id: string;
  readonly upstreamModel: string;
  readonly priority: number;
  readonly weight: number;
  /** Of vision, tools, stream, audio, embedding: what this one can't do. */
  readonly lacks: readonly string[];
  /** What it takes of input and output together; null: what its model says. */
  readonly contextTokens: number | null;
  readonly channel: ChannelConfig;
};

export type ModelConfig = {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly description: string;
  readonly capabilities: readonly string[];
  readonly contextTokens: number | null;
  readonly createdAt: Date;
  readonly isRemoved: boolean;
  /** By hand. */
  readonly isPaused: boolean;
  /** Where its calls go once it is removed: a public name; null: nowhere. */
  readonly redirectTo: string | null;
  readonly maxOutputTokens: number | null;
  readonly usualOutputTokens: number | null;
  readonly constraints: ModelConstraints;
  readonly groupIds: ReadonlySet<string>;
  readonly price: Price | null;
  readonly deployments: readonly DeploymentConfig[];
  /** What is announced to its users, now or later; left out where nothing is. */
  readonly announcements?: readonly ModelAnnouncement[];
};

export type ModelAnnouncement = {
  readonly zh: string;
  readonly en: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
};

/** All that a gateway worker keeps in memory, as of one version. */
export type GatewayConfig = {
  readonly version: bigint;
  readonly settings: Settings;
  readonly groups: ReadonlyMap<string, GroupConfig>;
  /** By public name, removed ones too. */
  readonly models: ReadonlyMap<string, ModelConfig>;
  readonly channels: readonly ChannelConfig[];
};

/** The versions in force: of what people decided, and of what the machine found out (gateway-health.ts). */
export type ConfigVersions = { readonly version: bigint; readonly healthVersion: bigint };

export async function readConfigVersions(db: Pick<pg.Pool, "query">): Promise<ConfigVersions> {
  const { rows } = await db.query<{ version: string; health: string }>({
    name: "config-versions",
    text: "select version, health_version as health from config_version where id = 1",
  });
  return { version: BigInt(rows[0]?.version ?? 0), healthVersion: BigInt(rows[0]?.health ?? 0) };
}

/**
 * Reads the whole configuration in one snapshot. A channel whose credential `masterSecret` can't open, and a setting that is not
 * valid, are left out and named to `onFault`, and a model whose price can't be read is served by nobody: one bad row must not stop the rest.
 */
export async function loadGatewayConfig(
  pool: pg.Pool,
  masterSecret: string,
  onFault: (message: string, error: unknown) => void,
): Promise<GatewayConfig> {
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    await client.query("begin isolation level repeatable read read only");
    const config = await readSnapshot(client, masterSecret, onFault);
    await client.query("commit");
    return config;
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection whose transaction failed is closed, not reused.
    client.release(fault);
  }
}

async function readSnapshot(
  client: pg.PoolClient,
  masterSecret: string,
  onFault: (message: string, error: unknown) => void,
): Promise<GatewayConfig> {
  const { version } = await readConfigVersions(client);
  const settings = readSettings(
    await client.query<{ key: string; value: unknown }>("select key, value from setting"),
    onFault,
  );
  const groups = await client.query<GroupConfig>(
    `select id, name, multiplier_ppm as "multiplierPpm", is_open as "isOpen", queue_weight as "queueWeight" from access_group`,
  );
  const channels = await readChannels(client, masterSecret, onFault);
  const deployments = await readDeployments(client, channels);
  const prices = await readPrices(client, onFault);
  const members = Map.groupBy(
    (
      await client.query<{ model: string; group: string }>(
        `select model_id as model, group_id as "group" from model_group`,
      )
    ).rows,
    (row) => row.model,
  );
  const announcements = await readAnnouncements(client);
  const models = await client.query<
    Omit<ModelConfig, "groupIds" | "price" | "deployments" | "constraints" | "announcements"> & { constraints: unknown }
  >(
    `select model.id, model.name, model.vendor, model.description, model.capabilities, model.context_tokens as "contextTokens", model.constraints,
      model.created_at as "createdAt", model.removed_at is not null as "isRemoved", model.paused_at is not null as "isPaused", redirect.name as "redirectTo",
      model.max_output_tokens as "maxOutputTokens", model.usual_output_tokens as "usualOutputTokens"
      from model left join model redirect on redirect.id = model.redirect_id order by model.name`,
  );
  return {
    version,
    settings,
    groups: new Map(groups.rows.map((group) => [group.id, group])),
    models: new Map(
      models.rows.map((model) => [
        model.name,
        {
          ...model,
          constraints: readConstraints(model.name, model.constraints, onFault),
          groupIds: new Set((members.get(model.id) ?? []).map((row) => row.group)),
          price: prices.get(model.id) ?? null,
          // A price that can't be read is not the same as none: nobody may go on at 0.
          deployments:
            prices.has(model.id) && prices.get(model.id) === undefined ? [] : (deployments.get(model.id) ?? []),
          ...(announcements.has(model.id) && { announcements: announcements.get(model.id) ?? [] }),
        },
      ]),
    ),
    channels: [...channels.values()],
  };
}

/** By model, the newest first; those that are over are left out. */
async function readAnnouncements(client: pg.PoolClient): Promise<Map<string, ModelAnnouncement[]>> {
  const { rows } = await client.query<ModelAnnouncement & { modelId: string }>(
    `select model_id as "modelId", zh, en, starts_at as "startsAt", ends_at as "endsAt" from announcement
      where audience = 'model' and (ends_at is null or ends_at > now()) order by starts_at desc`,
  );
  return Map.groupBy(rows, ({ modelId }) => modelId);
}

function readConstraints(
  name: string,
  value: unknown,
  onFault: (message: string, error: unknown) => void,
): ModelConstraints {
  const checked = modelConstraintsSchema.safeParse(value);
  if (checked.success) return checked.data;
  onFault(`the constraints of the model ${name} are not valid and are left out`, checked.error);
  return noConstraints;
}

function readSettings(
  result: pg.QueryResult<{ key: string; value: unknown }>,
  onFault: (message: string, error: unknown) => void,
): Settings {
  const stored: Record<string, unknown> = {};
  for (const { key, value } of result.rows) {
    const checked = settingsSchema.safeParse({ [key]: value });
    if (checked.success) stored[key] = value;
    else onFault(`the setting ${key} is not valid and its default is used`, checked.error);
  }
  return settingsSchema.parse(stored);
}

async function readChannels(
  client: pg.PoolClient,
  masterSecret: string,
  onFault: (message: string, error: unknown) => void,
): Promise<Map<string, ChannelConfig>> {
  const { rows } = await client.query<Omit<ChannelConfig, "credentials" | "overrides"> & { overrides: unknown }>(
    `select id, name, protocol, base_url as "baseUrl", allow_private as "allowPrivate", idle_timeout_ms as "idleTimeoutMs",
      total_timeout_ms as "totalTimeoutMs", first_token_timeout_ms as "firstTokenTimeoutMs", parallel_limit as "parallelLimit", overrides
      from channel where is_enabled and deleted_at is null`,
  );
  const credentials = await readCredentials(client, masterSecret, onFault);
  const channels = new Map<string, ChannelConfig>();
  for (const { overrides, ...channel } of rows) {
    const checked = channelOverridesSchema.safeParse(overrides);
    const own = credentials.get(channel.id);
    if (!checked.success)
      onFault(`the overrides of the channel ${channel.name} are not valid and it is left out`, checked.error);
    else if (own !== undefined)
      channels.set(channel.id, { ...channel, overrides: checked.data, credentials: own.toSorted(byId) });
  }
  return channels;
}

/** Enabled credentials by channel; those that can't be opened are left out and named. */
async function readCredentials(
  client: pg.PoolClient,
  masterSecret: string,
  onFault: (message: string, error: unknown) => void,
): Promise<Map<string, CredentialConfig[]>> {
  const { rows } = await client.query<{
    id: string;
    weight: number;
    sealed: Buffer | null;
    channelId: string;
    name: string;
  }>(
    `select credential.id, credential.weight, credential.sealed, channel.id as "channelId", channel.name
      from channel_credential credential join channel on channel.id = credential.channel_id
      where credential.is_enabled and channel.is_enabled and channel.deleted_at is null`,
  );
  const byChannel = new Map<string, CredentialConfig[]>();
  for (const { id, weight, sealed, channelId, name } of rows) {
    try {
      const secret = sealed && openCredential(masterSecret, sealed);
      byChannel.set(channelId, [...(byChannel.get(channelId) ?? []), { id, weight, secret }]);
    } catch (error) {
      onFault(`a credential of the channel ${name} can't be opened with this secret`, error);
    }
  }
  return byChannel;
}

/** The same order in every worker. */
function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}

async function readDeployments(
  client: pg.PoolClient,
  channels: ReadonlyMap<string, ChannelConfig>,
): Promise<Map<string, DeploymentConfig[]>> {
  const { rows } = await client.query<Omit<DeploymentConfig, "channel"> & { modelId: string; channelId: string }>(
    `select id, model_id as "modelId", channel_id as "channelId", upstream_model as "upstreamModel", priority, weight, lacks,
      context_tokens as "contextTokens" from deployment where is_enabled order by id`,
  );
  const byModel = new Map<string, DeploymentConfig[]>();
  for (const { modelId, channelId, ...deployment } of rows) {
    const channel = channels.get(channelId);
    if (channel === undefined) continue;
    const list = byModel.get(modelId) ?? [];
    list.push({ ...deployment, channel });
    byModel.set(modelId, list);
  }
  return byModel;
}

/** The price in force of each model; undefined where it can't be read. A model that never had one is missing. */
async function readPrices(
  client: pg.PoolClient,
  onFault: (message: string, error: unknown) => void,
): Promise<Map<string, Price | undefined>> {
  const { rows } = await client.query<{ [column: string]: string | null } & { tiers: unknown }>(
    `select distinct on (model_id) * from price order by model_id, version desc`,
  );
  const nanos = (text: string | null | undefined) => (text == null ? null : BigInt(text));
  const prices = new Map<string, Price | undefined>();
  for (const { tiers, ...row } of rows) {
    const checked = priceTiersSchema.safeParse(tiers);
    if (!checked.success)
      onFault(`the tiers of the price ${row.id} are not valid and its model is not served`, checked.error);
    const price = {
      id: row.id ?? "",
      version: Number(row.version),
      inputNanos: nanos(row.input_nanos) ?? 0n,
      cachedInputNanos: nanos(row.cached_input_nanos),
      cacheWriteNanos: nanos(row.cache_write_nanos),
      outputNanos: nanos(row.output_nanos) ?? 0n,
      reasoningNanos: nanos(row.reasoning_nanos),
      imageNanos: nanos(row.image_nanos),
      audioNanos: nanos(row.audio_nanos),
      requestNanos: nanos(row.request_nanos) ?? 0n,
    };
    prices.set(row.model_id ?? "", checked.success ? { ...price, tiers: checked.data } : undefined);
  }
  return prices;
}
