import { costOf, noUsage, type Price } from "../../packages/domain/src/index.ts";
import type { PastRequest } from "./books.ts";
import type { CampusModel } from "./campus-models.ts";
import type { Habit } from "./campus-people.ts";
import type { KeyRow } from "./people.ts";
import type { Random } from "./random.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The campus's clock is eight hours ahead of UTC, all year. */
const ZONE_MS = 8 * HOUR_MS;
export const HISTORY_DAYS = 14;

/** How busy each hour of a day is: classes, the afternoon, and the evening before the deadline. */
const rhythm = [3, 1, 0, 0, 0, 0, 1, 3, 9, 16, 19, 13, 6, 8, 17, 20, 18, 12, 8, 15, 24, 27, 21, 10];
const clients: readonly (readonly [string, number])[] = [
  ["OpenAI/Python 2.8.1", 46],
  ["curl/8.5.0", 12],
  ["CherryStudio/1.7.2", 26],
  ["OpenAI/JS 6.9.0", 9],
  ["python-requests/2.32.5", 7],
];

export type ServedModel = CampusModel & {
  priceInForce: Price | null;
  channelId: string | null;
  deploymentId: string | null;
};

/** Two weeks of one key's requests, ending at `now`, oldest first. */
export function pastRequests(
  random: Random,
  key: KeyRow,
  habit: Habit,
  models: readonly ServedModel[],
  multiplierPpm: number,
  now: Date,
): PastRequest[] {
  const allowed = models.filter((model) => model.groups.some((group) => group === key.groupId));
  const client = random.pick(clients);
  const ip = `10.20.${random.whole(1, 60)}.${random.whole(2, 250)}`;
  const requests: PastRequest[] = [];
  const today = Math.floor((now.getTime() + ZONE_MS) / DAY_MS);
  for (let day = today - HISTORY_DAYS + 1; day <= today; day++) {
    // Day 0 of the epoch was a Thursday.
    const isWeekend = [2, 3].includes(day % 7);
    const isAway = random.next() < (habit <= 2 ? 0.45 : 0.15);
    const calls = isAway ? 0 : Math.round(habit * (isWeekend ? 0.45 : 1) * (0.5 + random.next()));
    for (let call = 0; call < calls; call++) {
      const hour = random.pick(rhythm.map((weight, each) => [each, weight] as const));
      const at = new Date(day * DAY_MS - ZONE_MS + hour * HOUR_MS + random.whole(0, HOUR_MS - 1));
      const request = pastRequest(
        random,
        key,
        random.pick(allowed.map((model) => [model, model.popularity] as const)),
        multiplierPpm,
        at,
      );
      if (at >= key.createdAt && at.getTime() + request.totalMs < now.getTime())
        requests.push({ ...request, client, ip });
    }
  }
  return requests.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function pastRequest(
  random: Random,
  key: KeyRow,
  model: ServedModel,
  multiplierPpm: number,
  at: Date,
): Omit<PastRequest, "client" | "ip"> {
  const outcome = random.pick([
    ["finished", 965],
    ["client-gone", 15],
    ["cut", 8],
    ["failed", 12],
  ] as const);
  const hasFailed = outcome === "failed";
  const isVision = model.capabilities.includes("vision");
  const inputTokens = Math.min(random.length(isVision ? 1_400 : 520, 1.0), model.contextTokens / 2);
  const full = Math.min(random.length(model.answerTokens, 0.7), model.maxOutputTokens);
  const outputTokens = hasFailed ? 0 : outcome === "finished" ? full : Math.ceil(full * random.next());
  const usage = {
    ...noUsage,
    input: hasFailed ? 0 : inputTokens,
    cachedInput:
      !hasFailed && model.price.cachedInput !== undefined && random.next() < 0.3 ? Math.floor(inputTokens * 0.6) : 0,
    image: !hasFailed && isVision ? Math.floor(inputTokens * 0.7) : 0,
    output: outputTokens,
    reasoning: model.name === "deepseek-r1" ? Math.floor(outputTokens * 0.65) : 0,
  };
  const ttftMs = random.length(model.isLocal ? 240 : 520, 0.4);
  return {
    accountId: key.person.accountId,
    userId: key.person.userId,
    keyId: key.id,
    groupId: key.groupId,
    model: model.name,
    channelId: model.channelId,
    deploymentId: model.deploymentId,
    upstreamModel: model.upstreamModel,
    isStream: random.next() < 0.7,
    inputTokens: usage.input,
    cachedInputTokens: usage.cachedInput,
    outputTokens: usage.output,
    reasoningTokens: usage.reasoning,
    imageTokens: usage.image,
    priceId: model.priceInForce?.id ?? null,
    multiplierPpm,
    costNanos: costOf(model.priceInForce, usage, multiplierPpm),
    outcome,
    errorCode: hasFailed ? "upstream_unavailable" : null,
    httpStatus: hasFailed ? 503 : 200,
    ttftMs: hasFailed ? null : ttftMs,
    totalMs: hasFailed ? random.whole(200, 3_000) : ttftMs + Math.round(outputTokens * (model.isLocal ? 9 : 17)),
    at,
  };
}
