import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Longer than clients keep idle connections, so that none is closed under a request just sent. */
const KEEP_ALIVE_MS = 75_000;

/** What is answered to whoever asks for one model: bytes, sent as written. */
export type RawAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Packets, each sent on its own. */
  readonly body?: readonly (string | Buffer)[];
  /** After the last packet: a clean end, a torn connection, or silence. */
  readonly ending?: "end" | "tear" | "silence";
  /** In place of all this. */
  readonly serve?: (response: ServerResponse) => void;
};

/** An upstream that knows no protocol: the bytes of its answers stand in the test, so that no assumption of ours hides in them. */
export async function startRawUpstream() {
  const answers = new Map<string, RawAnswer>();
  const asked: string[] = [];
  let left = 0;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const model = modelOf(request.url ?? "", Buffer.concat(chunks).toString());
      asked.push(model);
      response.on("close", () => {
        if (!response.writableFinished) left++;
      });
      const answer = answers.get(model);
      if (answer === undefined) response.writeHead(404).end("{}");
      else if (answer.serve !== undefined) answer.serve(response);
      else void send(answer, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    /** The models that were asked for, in order. */
    asked,
    /** Answers that the other side has cut. */
    cut: () => left,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type RawUpstream = Awaited<ReturnType<typeof startRawUpstream>>;

async function send(answer: RawAnswer, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status ?? 200, { ...answer.headers });
  response.flushHeaders();
  const packets = answer.body ?? [];
  for (const packet of packets) {
    response.write(packet);
    // Each is a read of its own on the other side.
    if (packets.length > 1) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  // What was written must arrive before the connection is torn.
  if (answer.ending === "tear") await new Promise((resolve) => setTimeout(resolve, 10));
  if (answer.ending === "tear") response.destroy();
  else if (answer.ending !== "silence") response.end();
}

/** Gemini's clients name it in the path, all others in the body. */
function modelOf(url: string, body: string): string {
  const inPath = /\/models\/([^:?]+):/.exec(url)?.[1];
  if (inPath !== undefined) return decodeURIComponent(inPath);
  return (JSON.parse(body) as { model: string }).model;
}
