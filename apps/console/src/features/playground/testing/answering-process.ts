import { once } from "node:events";
import { createPrisma } from "@lyceum/db";
import { deriveSecret } from "@lyceum/domain";
import { z } from "zod";
import { AnswerRoom } from "../answer-room.ts";
import { LiveRuns } from "../live-runs.ts";
import { runAnswers } from "../run-answer.ts";

// What the console's process does after an action asked, as a process that a test can kill. It says when it is ready to be told what was asked.
const job = z.object({
  databaseUrl: z.string(),
  gatewayUrl: z.string(),
  secret: z.string(),
  userId: z.string(),
});
const asked = z.object({ conversationId: z.string(), questionId: z.string(), answerIds: z.array(z.string()) });

const { databaseUrl, gatewayUrl, secret, userId } = job.parse(JSON.parse(process.argv[2] ?? ""));
const db = createPrisma(databaseUrl, 2);
const heard = once(process, "message");
process.send?.("ready");
const [question] = await heard;
await runAnswers(
  { db, runs: new LiveRuns(), room: new AnswerRoom(), gatewayUrl, sessionKey: deriveSecret(secret, "gateway-session") },
  userId,
  asked.parse(question),
);
await db.$disconnect();
process.disconnect();
