import { newId } from "@lyceum/domain";
import type pg from "pg";

/** Deployments on each of the channels added: one of the model asked for, the others of models of their own. */
const A_CHANNEL = 10;

/**
 * Adds so many deployments, on channels at the same upstream, so that there is a choice to make: each channel has one of `model` and nine of
 * other models. Resolves when every worker has them in force.
 */
export async function addDeployments(
  client: pg.Client,
  options: { count: number; model: string; upstreamUrl: string },
): Promise<void> {
  const { count, model, upstreamUrl } = options;
  const channels = Array.from({ length: Math.ceil(count / A_CHANNEL) }, newId);
  await client.query("begin");
  await client.query(
    `insert into channel (id, name, protocol, base_url, allow_private)
      select id, 'bench ' || id, 'openai', $2, true from unnest($1::uuid[]) as c (id)`,
    [channels, `${upstreamUrl}/v1`],
  );
  await client.query(
    "insert into channel_credential (id, channel_id) select gen_random_uuid(), id from unnest($1::uuid[]) as c (id)",
    [channels],
  );
  const others = Array.from({ length: A_CHANNEL - 1 }, (_, index) => `other-${index + 1}`);
  await client.query(
    "insert into model (id, name, capabilities) select gen_random_uuid(), name, '{}' from unnest($1::text[]) as m (name)",
    [others],
  );
  await client.query(
    `insert into deployment (id, model_id, channel_id, upstream_model)
      select gen_random_uuid(), model.id, c.id, $3 from unnest($1::uuid[]) as c (id) cross join model
      where model.name = $3 or model.name = any($2::text[]) limit $4`,
    [channels, others, model, count],
  );
  await client.query("commit");
  await client.query("vacuum (analyze) channel, channel_credential, model, deployment");
  await untilInForce(client);
}

async function untilInForce(client: pg.Client): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const { rows } = await client.query<{ behind: number }>(
      "select count(*)::int as behind from worker, config_version where worker.config_version < config_version.version",
    );
    if (rows[0]?.behind === 0) return;
    if (performance.now() > deadline) throw new Error("the workers did not take the configuration within ten seconds");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
