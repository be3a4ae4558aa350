import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../../../prisma/seed/random.ts";
import { chat } from "../campus.ts";
import { type NightModel, nightModels, SILENT_MODEL } from "./script.ts";

/** One call as its user saw it. Times in units of the script. */
export type NightCall = {
  readonly model: NightModel;
  readonly isStream: boolean;
  readonly from: number;
  readonly to: number;
  readonly status: number;
  /** The whole answer came. */
  readonly isGood: boolean;
  /** What came in place of an answer, its beginning. */
  readonly said: string;
};

/** Users who ask models in turn, streamed or not, with a short pause between. `stop` lets the last calls end. */
export function startUsers(options: { url: string; keys: readonly string[]; users: number; unit: () => number }): {
  stop(): Promise<NightCall[]>;
} {
  const { url, keys, users, unit } = options;
  const calls: NightCall[] = [];
  let isStopped = false;

  async function user(index: number): Promise<void> {
    const random = seededRandom(index + 1);
    const key = keys[index % keys.length] ?? "";
    await delay(random.whole(0, 500));
    while (!isStopped) {
      const model = nightModels[random.whole(0, nightModels.length - 1)] ?? "night-1";
      // Whether a whole answer is on its way nobody can tell: only of streams it is known that they should have begun.
      const isStream = model === SILENT_MODEL || random.whole(0, 1) === 1;
      const from = unit();
      const answer = await ask(url, key, model, isStream);
      calls.push({ model, isStream, from, to: unit(), ...answer });
      await delay(random.whole(50, 400));
    }
  }

  const running = Promise.all(Array.from({ length: users }, (_, index) => user(index)));
  return {
    async stop() {
      isStopped = true;
      await running;
      return calls;
    },
  };
}

async function ask(url: string, key: string, model: NightModel, isStream: boolean) {
  const body = { model, stream: isStream, max_tokens: 64, messages: [{ role: "user", content: `hello ${model}` }] };
  try {
    const reply = await chat(url, key, body, AbortSignal.timeout(60_000));
    const text = await reply.text();
    const isGood =
      reply.status === 200 && (isStream ? text.trimEnd().endsWith("data: [DONE]") : text.includes('"stop"'));
    return { status: reply.status, isGood, said: isGood ? "" : text.slice(0, 300) };
  } catch (error) {
    return { status: 0, isGood: false, said: String(error) };
  }
}
