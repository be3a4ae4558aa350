import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { commandLine, createUser, type Db, getSessionUser, getSettings, type SessionUser } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { deriveSecret, openSessionCredential, type SessionClaims } from "@lyceum/domain";
import { getDb } from "#server/db.ts";
import { useDatabase } from "#server/testing/next-edges.ts";

/** One event of a stream, and a piece of an answer as one. */
export const frame = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
export const delta = (piece: object, finish_reason: string | null = null) =>
  frame({ model: "m", choices: [{ index: 0, delta: piece, finish_reason }] });

/** What every answer begins with, and how it ends when a test says so. */
export const beginning = delta({ reasoning_content: "let me see" }) + delta({ content: "one " });
export const ending = [
  delta({ content: "two" }),
  delta({}, "stop"),
  frame({
    choices: [],
    usage: { prompt_tokens: 60, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 3 } },
  }),
  "data: [DONE]\n\n",
].join("");

/** What the gateway was asked. */
export type AskedOfGateway = {
  claims: SessionClaims | null;
  path: string;
  body: Record<string, unknown> & { messages: unknown[] };
};

function begin(open: ServerResponse[], response: ServerResponse): void {
  const headers = { "content-type": "text/event-stream", "x-gateway-model": "m", "x-gateway-dropped": "top_p, seed" };
  response.writeHead(200, { ...headers, "x-request-id": "req_0199e3a000007000800000000000000a" });
  response.write(beginning);
  open.push(response);
}

/** A gateway whose answers begin and then wait for the test to end them. */
export class FakeGateway {
  asked: AskedOfGateway[] = [];
  /** Answers that have begun and wait for their end. */
  open: ServerResponse[] = [];
  respond: (response: ServerResponse) => void = (response) => begin(this.open, response);
  readonly #key = deriveSecret("0".repeat(64), "gateway-session");
  readonly #server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const credential = (incoming.headers.authorization ?? "").replace("Bearer ", "");
    const body = JSON.parse(Buffer.concat(parts).toString()) as AskedOfGateway["body"];
    this.asked.push({ claims: openSessionCredential(this.#key, credential), path: incoming.url ?? "", body });
    this.respond(response);
  });

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** As new. */
  reset(): void {
    this.asked = [];
    this.open = [];
    this.respond = (response) => begin(this.open, response);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A person with a database of their own, whose console asks this gateway. */
export async function createAsker(gateway: FakeGateway): Promise<{
  db: Db;
  userId: string;
  session: () => Promise<SessionUser | null>;
  drop: () => Promise<void>;
}> {
  const database = await createTestDatabase();
  useDatabase(database.url);
  process.env.LYCEUM_INTERNAL_URL = await gateway.listen();
  const db = getDb();
  const person = { studentId: "S000001", name: "n", role: "student", password: "correct horse battery" } as const;
  const { userId } = await db.$transaction((tx) => createUser(tx, commandLine, person));
  const { terms } = await getSettings(db);
  await db.user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  return {
    ...{ db, userId, session: () => getSessionUser(db, userId) },
    async drop() {
      await gateway.close();
      await db.$disconnect();
      await database.drop();
    },
  };
}
