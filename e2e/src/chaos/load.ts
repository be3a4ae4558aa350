import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../../prisma/seed/random.ts";
import { type Call, makeCall, type Wish } from "./call.ts";

export type Student = { studentId: string; key: string };

/** Clients that call without end. `take` hands out the calls that ended since it was last asked. */
export type Load = { take(): Call[]; stop(): Promise<Call[]> };

/** The upstream's models that the load uses. */
export const LOAD_MODELS = [
  "demo-chunks-50",
  "demo-slow-300",
  "demo-chunks-20",
  "demo-chunks-30-every-50ms",
  "demo-chunks-60-every-20ms",
] as const;

/** Starts so many clients, each with one call at a time and a short pause between. `url` is asked anew for each call. */
export function startLoad(options: {
  url: (client: number) => string;
  students: readonly Student[];
  clients: number;
  random: Random;
}): Load {
  const { url, students, clients, random } = options;
  let ended: Call[] = [];
  let isStopped = false;
  const take = () => {
    const taken = ended;
    ended = [];
    return taken;
  };
  async function client(number: number): Promise<void> {
    while (!isStopped) {
      const student = random.pick(students.map((each) => [each, 1] as const));
      const call = await makeCall(url(number), student, wish(random));
      ended.push(call);
      // Nobody listens: hammering the port would only take the machine from those who are starting.
      await delay(call.ending === "unreachable" ? 200 : random.whole(10, 120));
    }
  }
  const running = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return {
    take,
    async stop() {
      isStopped = true;
      await running;
      return take();
    },
  };
}

function wish(random: Random): Wish {
  const stays = { leavesAfter: null, maxTokens: 64 };
  return random.pick<Wish>([
    [{ ...stays, model: "demo-chunks-50", stream: false }, 4],
    [{ ...stays, model: "demo-slow-300", stream: false }, 3],
    [{ ...stays, model: "demo-chunks-20", stream: true }, 4],
    [{ ...stays, model: "demo-chunks-30-every-50ms", stream: true }, 3],
    // Nobody limits it: its reservation is extended while it runs.
    [{ ...stays, model: "demo-chunks-60-every-20ms", stream: true, maxTokens: null }, 3],
    [{ ...stays, model: "demo-chunks-30-every-50ms", stream: true, leavesAfter: random.whole(0, 20) }, 2],
    [{ ...stays, model: "demo-slow-300", stream: false, leavesAfter: random.whole(0, 250) }, 1],
  ]);
}
