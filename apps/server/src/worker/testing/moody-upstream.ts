import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Mood = "well" | "broken" | "denied" | "refused" | "busy";

const answers: Readonly<Record<Mood, { status: number; headers?: Readonly<Record<string, string>>; body: unknown }>> = {
  well: {
    status: 200,
    body: {
      ...{ id: "x", object: "chat.completion", created: 1, model: "m" },
      choices: [{ index: 0, message: { role: "assistant", content: "OK" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
    },
  },
  broken: { status: 500, body: { error: { message: "it is broken" } } },
  denied: { status: 403, body: { error: { message: "access denied", code: "access_denied" } } },
  refused: { status: 401, body: { error: { message: "invalid api key", code: "invalid_api_key" } } },
  busy: { status: 429, headers: { "retry-after": "2" }, body: { error: { message: "too many requests" } } },
};

/** Longer than clients keep idle connections, so that none is closed under a request just sent. */
const KEEP_ALIVE_MS = 75_000;

/** An upstream of chat completions that a test has fail in one way or another, and work again. */
export async function startMoodyUpstream() {
  const moods = { now: "well" as Mood, asked: 0 };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    request.resume();
    request.on("end", () => {
      // Probes are nobody's request, and come when they like.
      if (request.headers["x-request-id"] !== undefined) moods.asked++;
      const { status, headers, body } = answers[moods.now];
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(moods, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

export type MoodyUpstream = Awaited<ReturnType<typeof startMoodyUpstream>>;
