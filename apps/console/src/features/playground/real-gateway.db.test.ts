import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  askQuestion,
  commandLine,
  type Db,
  getModelByName,
  getSessionUser,
  getSettings,
  setPrice,
  waitForConfig,
} from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { verifyLedger } from "@lyceum/ledger";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { GET as streamRoute } from "#app/(student)/playground/conversations/[conversationId]/stream/route.ts";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import * as actions from "./actions.ts";
import { askLimits } from "./ask-limits.ts";
import type { TurnView } from "./contract.ts";
import { getLiveRuns } from "./live-runs.ts";
import { findConversation } from "./queries.ts";
import { startGateway } from "./testing/running-gateway.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

// The real gateway with its books, an upstream that streams, and the console's half in this process or in one that is killed.
const secret = "0".repeat(64);
const quick = "demo-chunks-40-every-10ms";
/** Twelve seconds: long enough to be looked at while it runs, on a machine that is busy too. */
const slow = "demo-chunks-40-every-300ms";
/** Two minutes: it never ends by itself while a test looks. */
const endless = "demo-chunks-600-every-200ms";
const models = [quick, slow, endless, "demo-reasoning"];
let drop: () => Promise<void>;
let db: Db;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let databaseUrl: string;
let userId: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  databaseUrl = database.url;
  useDatabase(database.url);
  gateway = await startGateway(database.url, secret);
  process.env.LYCEUM_INTERNAL_URL = gateway.url;
  db = getDb();
  await gateway.command(
    ...["channel", "add", "--name", "demo", "--protocol", "openai", "--url", `${gateway.upstreamUrl}/v1`],
    ...["--allow-private", "--credential", "sk-x", "--models", models.join(","), "--groups", "default"],
  );
  await gateway.command("user", "add", "--student-id", "S000001", "--name", "n", "--role", "student");
  await gateway.command("fund", "--student-id", "S000001", "--amount", "10", "--reason", "test");
  for (const name of models) {
    const { id } = await getModelByName(db, name);
    await db.$transaction((tx) => setPrice(tx, commandLine, { modelId: id, input: "2", output: "8" }));
  }
  expect(await waitForConfig(db, { timeoutMs: 20_000 })).toBe(true);
  const user = await db.user.findFirstOrThrow({ where: { studentId: "S000001" }, select: { id: true } });
  userId = user.id;
  const { terms } = await getSettings(db);
  await db.user.update({ where: { id: userId }, data: { termsVersion: terms.version, mustChangePassword: false } });
  drop = async () => {
    await until(() => expect(getLiveRuns().count).toBe(0));
    await gateway.stop();
    await db.$disconnect();
    await database.drop();
  };
}, 120_000);
afterAll(() => drop(), 60_000);
beforeEach(async () => {
  request.user = await getSessionUser(db, userId);
  request.origin = "http://console.test";
});

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 45_000, interval: 100 });
async function send(model: string): Promise<string> {
  const sent = await actions.send({ conversationId: null, text: "hello world", models: [model] });
  if (!sent.ok) throw new Error(sent.message);
  return sent.data.conversationId;
}
const last = async (id: string) => (await findConversation(userId, id))?.turns.at(-1) as TurnView;
const isIn = (id: string, state: TurnView["state"]) =>
  until(async () => expect(await last(id)).toMatchObject({ state, answer: { chargeNanos: expect.any(String) } }));
async function balance(): Promise<bigint> {
  const { balanceNanos } = await db.account.findUniqueOrThrow({ where: { userId }, select: { balanceNanos: true } });
  return balanceNanos;
}
const records = (requestId: string | null | undefined) =>
  db.$queryRaw<{ charge: bigint; outcome: string; client: string }[]>`select charge_nanos as charge, outcome, client
    from usage_record where id = ${requestId}::uuid`;
const hasText = (id: string) => until(async () => expect((await last(id)).text).not.toBe(""));

describe("an answer of the playground, at the real gateway", () => {
  it("whose tab is closed is whole when somebody comes back, and was charged once", async () => {
    const before = await balance();
    const conversationId = await send(slow);
    const stream = await streamRoute(new Request("http://console.test/x"), {
      params: Promise.resolve({ conversationId }),
    });
    const reader = stream.body?.getReader();
    await reader?.read();
    await hasText(conversationId);
    await reader?.cancel();
    expect((await last(conversationId)).state).toBe("running");
    await isIn(conversationId, "done");
    const { text, answer } = await last(conversationId);
    const used = await records(answer?.requestId);
    expect(used).toMatchObject([{ outcome: "finished", client: "lyceum/playground" }]);
    expect(text.length).toBeGreaterThan(40);
    expect(answer).toMatchObject({ outputTokens: 40, isEstimated: false, chargeNanos: String(used[0]?.charge) });
    expect(answer?.balanceAfterNanos).toBe(String(await balance()));
    expect(before - (await balance())).toBe(used[0]?.charge);
  });

  it("that is stopped keeps what came, and just that is charged", async () => {
    const before = await balance();
    const conversationId = await send(endless);
    await hasText(conversationId);
    expect(await actions.stop({ conversationId })).toMatchObject({ ok: true, data: { stopped: 1 } });
    await isIn(conversationId, "stopped");
    const { text, answer } = await last(conversationId);
    expect(text).not.toBe("");
    expect(answer?.outputTokens).toBeGreaterThan(0);
    expect(answer?.outputTokens).toBeLessThan(300);
    expect(answer?.isEstimated).toBe(true);
    expect(await records(answer?.requestId)).toMatchObject([{ outcome: "client-gone" }]);
    expect(before - (await balance())).toBe(BigInt(answer?.chargeNanos ?? 0));
  });

  it("shows thinking apart from the answer", async () => {
    const conversationId = await send("demo-reasoning");
    await isIn(conversationId, "done");
    const { thinking, text, answer } = await last(conversationId);
    expect(thinking).not.toBe("");
    expect(text).not.toContain(thinking);
    expect(answer?.thinkingTokens).toBeGreaterThan(0);
  });

  it("whose process is killed is interrupted with what had come, is charged, can be continued, and the books add up", async () => {
    const question = {
      ...{ conversationId: null, isTemporary: false, text: "hello world", attachmentIds: [] },
      models: [endless],
    };
    const folder = new URL("./testing/", import.meta.url);
    const job = { databaseUrl, gatewayUrl: gateway.url, secret, userId };
    const child = spawn(
      process.execPath,
      [
        ...["--import", new URL("outside-next.mjs", folder).href],
        ...[fileURLToPath(new URL("answering-process.ts", folder)), JSON.stringify(job)],
      ],
      { stdio: ["inherit", "inherit", "inherit", "ipc"] },
    );
    // It may need a while until it runs: an answer that nobody gives a sign of for ten seconds is taken for interrupted.
    await once(child, "message");
    const asked = await db.$transaction((tx) => askQuestion(tx, userId, question, askLimits));
    child.send(asked);
    await hasText(asked.conversationId);
    child.kill("SIGKILL");
    await once(child, "exit");
    await isIn(asked.conversationId, "interrupted");
    const broken = await last(asked.conversationId);
    expect(broken.text).not.toBe("");
    expect(await records(broken.answer?.requestId)).toMatchObject([{ outcome: "client-gone" }]);
    const more = await actions.continueAnswer({ turnId: broken.id, model: quick });
    expect(more).toMatchObject({ ok: true });
    await isIn(asked.conversationId, "done");
    const turns = (await findConversation(userId, asked.conversationId))?.turns ?? [];
    expect(turns.map(({ state, isContinuation }) => [state, isContinuation])).toEqual([
      ["done", false],
      ["interrupted", false],
      ["done", true],
    ]);
    expect(await verifyLedger(db)).toEqual([]);
    expect(await db.reservation.count()).toBe(0);
  }, 150_000);
});
