import "server-only";
import {
  findSpeedRun,
  findWeekBefore,
  listChannelNames,
  listModelSpeeds,
  listSpeedHours,
  listSpeedRuns,
  type SpeedSampleRow,
  type SquareModel,
} from "@lyceum/db";
import { costOf, noUsage, type SpeedPrompt, speedProtocol } from "@lyceum/domain";
import { getSquare } from "#features/square/queries.ts";
import { getDb } from "#server/db.ts";
import type { Role } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";
import type { SpeedInput } from "./schema.ts";

/** A model that may be tested, and what a run of each prompt about costs; null: it has no price, and costs nothing. */
export interface TestableModel {
  id: string;
  name: string;
  cost: Record<SpeedPrompt, bigint | null>;
}

/** Nonce, question marks of a chat template, and what tokenizers differ by. */
const extraTokens = 40;

/** Models that this person may ask now. */
export async function listTestable(userId: string): Promise<TestableModel[]> {
  return (await getSquare(userId)).filter(isTestable).map((model) => ({
    id: model.id,
    name: model.name,
    cost: { short: costOfRun(model, "short"), long: costOfRun(model, "long") },
  }));
}

function isTestable(model: SquareModel): boolean {
  return model.state === "available" && !model.capabilities.some((each) => each === "embedding" || each === "realtime");
}

/** At most: every answer as long as its limit allows. */
function costOfRun({ price }: SquareModel, prompt: SpeedPrompt): bigint | null {
  if (price === null) return null;
  const usage = {
    ...noUsage,
    input: speedProtocol.promptTokens[prompt] + extraTokens,
    output: speedProtocol.maxTokens,
  };
  const each = costOf({ ...price, id: "", version: 0 }, usage, 1_000_000);
  return each * BigInt(speedProtocol.warmUps + speedProtocol.runs);
}

/** The groups in which a person may test these models; null where one of them is not theirs to test. */
export async function groupsForTest(
  userId: string,
  role: Role,
  input: SpeedInput,
): Promise<Map<string, string> | null> {
  const allowed = role === "admin" ? speedProtocol.concurrencies.staff : speedProtocol.concurrencies.everyone;
  if (!(allowed as readonly number[]).includes(input.concurrency)) return null;
  const square = (await getSquare(userId)).filter(isTestable);
  const groups = new Map<string, string>();
  for (const name of input.models) {
    const model = square.find((each) => each.name === name);
    if (model === undefined) return null;
    groups.set(name, model.group.id);
  }
  return groups;
}

/** One's own runs, newest first. */
export const getRuns = (userId: string) => listSpeedRuns(getDb(), userId, 20);

/** One's own run with what it measured. */
export const getOwnRun = (userId: string, id: string) => findSpeedRun(getDb(), { id, userId });

/** A run that somebody shared; null for what can't be such a link's end. */
export async function getSharedRun(shareId: string): ReturnType<typeof findSpeedRun> {
  return /^[\w-]{16,64}$/.test(shareId) ? findSpeedRun(getDb(), { shareId }) : null;
}

export const getWeekBefore = (run: Parameters<typeof findWeekBefore>[1]) => findWeekBefore(getDb(), run);

/** Days that the heat map looks back. */
export const heatDays = 28;

export async function getSpeedHours(modelId: string) {
  const { timeZone } = await getSettings();
  return listSpeedHours(getDb(), { modelId, zone: timeZone, days: heatDays });
}

/** What real traffic says of these models. */
export const getSpeeds = (modelIds: readonly string[]) => listModelSpeeds(getDb(), modelIds);

/** Names of the channels that answered, for administrators; to everybody else they are letters. */
export async function getChannelNames(role: Role, samples: readonly SpeedSampleRow[]): Promise<Map<string, string>> {
  if (role !== "admin") return new Map();
  return listChannelNames(getDb(), [...new Set(samples.flatMap((sample) => sample.channelId ?? []))]);
}
