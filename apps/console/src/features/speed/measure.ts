import "server-only";
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { isErrorCode, parseRequestId, type SpeedFigures, speedFigures, speedProtocol } from "@lyceum/domain";
import { z } from "zod";
import { type SpeedUsage, StreamReader } from "./stream-reader.ts";

/** Opening a connection is no part of what is measured: they are kept. */
const agent = new Agent({ keepAlive: true });
const mostErrorBytes = 64 * 1024;

export interface Measured {
  requestId: string | null;
  /** By performance.now(). */
  sentAt: number;
  figures: SpeedFigures;
  usage: SpeedUsage | null;
  httpStatus: number | null;
  /** Null: it went through. `timeout`, `stopped`, or a code of the gateway. */
  errorCode: string | null;
}

interface Question {
  url: string;
  credential: string;
  model: string;
  prompt: string;
  /** Ends it at once. */
  signal: AbortSignal;
  onText: (text: string, pieces: number, at: number) => void;
}

const errorBody = z.object({ error: z.object({ code: z.string().nullish() }) });

/** Asks a model once, as a stream, and says how fast it was. Rejects only where this process itself is at fault. */
export async function measureOnce(question: Question): Promise<Measured> {
  const { url, credential, model, prompt, onText } = question;
  const timeout = AbortSignal.timeout(speedProtocol.timeoutMs);
  const signal = AbortSignal.any([question.signal, timeout]);
  const body = JSON.stringify({
    model,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: speedProtocol.maxTokens,
    messages: [{ role: "user", content: prompt }],
  });
  const call = httpRequest(`${url}/v1/chat/completions`, {
    method: "POST",
    agent,
    signal,
    headers: {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      authorization: `Bearer ${credential}`,
    },
  });
  // What breaks it off is heard below, of the answer; of the request itself nobody else would listen once that is there.
  call.on("error", () => undefined);
  let sentAt = performance.now();
  call.once("finish", () => {
    sentAt = performance.now();
  });
  let response: IncomingMessage | null = null;
  let reader: StreamReader | null = null;
  const result = (errorCode: string | null): Measured => {
    const { times, count, usage } = reader ?? new StreamReader(sentAt);
    const requestId = parseRequestId(String(response?.headers["x-request-id"] ?? ""));
    const httpStatus = response?.statusCode ?? null;
    return { requestId, sentAt, figures: speedFigures(times, count), usage, httpStatus, errorCode };
  };
  try {
    const answered = once(call, "response") as Promise<[IncomingMessage]>;
    call.end(body);
    [response] = await answered;
    if (response.statusCode !== 200) return result(await codeOf(response));
    reader = new StreamReader(sentAt);
    for await (const bytes of response) {
      const at = performance.now();
      const before = reader.pieces;
      const text = reader.read(bytes as Buffer, at);
      if (text !== "") onText(text, reader.pieces - before, at);
    }
    if (reader.error !== null) return result(reader.error.code);
    return result(reader.isWhole ? null : "upstream_error");
  } catch (error) {
    if (question.signal.aborted) return result("stopped");
    if (timeout.aborted) return result("timeout");
    if (isNetworkError(error)) return result("unreachable");
    if (error instanceof SyntaxError || error instanceof z.ZodError) return result("upstream_error"); // no chat completions
    throw error;
  }
}

async function codeOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    length += (part as Buffer).length;
    if (length <= mostErrorBytes) parts.push(part as Buffer);
  }
  const text = Buffer.concat(parts).toString("utf8");
  const { code } = errorBody.parse(JSON.parse(text)).error;
  return code && isErrorCode(code) ? code : "upstream_error";
}

/** The gateway's worker went away in the middle, or is not there. */
function isNetworkError(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code);
}
