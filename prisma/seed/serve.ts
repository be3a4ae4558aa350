import {
  addChannel,
  getModelByName,
  type ModelFields,
  type PriceInput,
  setPrice,
  type Tx,
  updateModel,
} from "../../packages/db/src/index.ts";
import type { Price } from "../../packages/domain/src/index.ts";
import { seeder } from "./people.ts";
import type { SeedOptions } from "./scenario.ts";

export type ModelSpec = Partial<ModelFields> & {
  name: string;
  upstreamModel: string;
  groups: readonly string[];
  price: PriceInput | null;
};
export type Served = { priceInForce: Price | null; channelId: string | null; deploymentId: string | null };

/**
 * Makes a channel to the demo upstream (disabled where no address is given, on one that nobody answers) with these models, their
 * details, groups and prices. Returns what usage records say of each, by name.
 */
export async function serveModels(
  tx: Tx,
  channelName: string,
  models: readonly ModelSpec[],
  options: SeedOptions,
): Promise<Map<string, Served>> {
  if (models.length === 0) return new Map();
  const { id: channelId } = await addChannel(tx, seeder, options.masterSecret ?? "", {
    name: channelName,
    protocol: "openai",
    baseUrl: options.upstreamUrl ?? "http://127.0.0.1:9/v1",
    credential: options.credential ?? null,
    models,
    groups: [],
    allowPrivate: true,
  });
  if (options.upstreamUrl === undefined)
    await tx.channel.update({ where: { id: channelId }, data: { isEnabled: false }, select: { id: true } });
  const served = new Map<string, Served>();
  for (const { name, upstreamModel: _, price, ...fields } of models) {
    const { id: modelId, deployments } = await getModelByName(tx, name);
    await updateModel(tx, seeder, { modelId, ...fields });
    const priceInForce = price === null ? null : await setPrice(tx, seeder, { modelId, ...price });
    const deploymentId = deployments.find((each) => each.channelId === channelId)?.id ?? null;
    served.set(name, { priceInForce, channelId, deploymentId });
  }
  return served;
}
