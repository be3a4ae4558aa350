import "server-only";
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { decodeRate, parseRequestId, speedFigures } from "@lyceum/domain";
import { z } from "zod";
import { StreamReader } from "#features/speed/stream-reader.ts";
import { errorOfAnswer, errorOfBody, unreachable } from "./answer-error.ts";
import type { AnswerError } from "./contract.ts";
import type { RequestBody } from "./request-body.ts";

const agent = new Agent({ keepAlive: true });
const mostErrorBytes = 64 * 1024;

/** What is known when the answer begins. */
export interface AnswerHead {
  requestId: string | null;
  servedModel: string | null;
  dropped: string[];
  clamped: string[];
}

export interface GatewayCall {
  url: string;
  credential: string;
  /** Taken when it is sent. */
  body: RequestBody;
  /** Ends it at once. */
  signal: AbortSignal;
  /** The body has left this process. Isn't called where it broke off before. */
  onSent: () => void;
  onHead: (head: AnswerHead) => void;
  onText: (piece: { thinking: string; answer: string }) => void;
}

export interface GatewayAnswer {
  /** Null: it is whole, or was stopped. */
  error: AnswerError | null;
  /** Its last word has come, whatever was asked of it after that. */
  isWhole: boolean;
  /** The gateway refused it: no model was asked. */
  isRefused: boolean;
  ttftMs: number | null;
  thinkingMs: number | null;
  totalMs: number;
  tokensPerSecond: number | null;
  finishReason: string | null;
  inputTokens: number | null;
  cachedTokens: number | null;
  outputTokens: number | null;
  thinkingTokens: number | null;
}

/** Asks the gateway over loopback, as a stream. Rejects only where this process itself is at fault. */
export async function askGateway(call: GatewayCall): Promise<GatewayAnswer> {
  const { signal, onHead, onText } = call;
  const sentAt = performance.now();
  const reader = new StreamReader(sentAt);
  const result = (error: AnswerError | null, isRefused = false): GatewayAnswer => {
    const { ttftMs, tpotMs } = speedFigures(reader.times, reader.count);
    const { usage, finishReason, times } = reader;
    const thoughtUntil = times.firstAnswerAt ?? times.lastTokenAt;
    const thinkingMs = times.firstTokenAt === null || thoughtUntil === null ? 0 : thoughtUntil - times.firstTokenAt;
    return {
      ...{ error, isRefused, ttftMs, finishReason },
      isWhole: error === null && reader.error === null && reader.isWhole,
      thinkingMs: thinkingMs > 0 && (usage?.reasoning !== 0 || times.firstAnswerAt !== null) ? thinkingMs : null,
      totalMs: performance.now() - sentAt,
      tokensPerSecond: decodeRate(tpotMs),
      inputTokens: usage?.input ?? null,
      cachedTokens: usage?.cached ?? null,
      outputTokens: usage?.output ?? null,
      thinkingTokens: usage?.reasoning ?? null,
    };
  };
  try {
    const [response] = await post(call);
    onHead(headOf(response));
    if (response.statusCode !== 200) {
      return result(errorOfBody(await textOf(response), response.headers["retry-after"]), true);
    }
    for await (const bytes of response) {
      for (const piece of reader.readApart(bytes as Buffer, performance.now())) onText(piece);
    }
    if (reader.error !== null) return result(errorOfAnswer(reader.error));
    return result(reader.isWhole ? null : unreachable);
  } catch (error) {
    if (signal.aborted) return result(null);
    if (isNetworkError(error)) return result(unreachable);
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      return result(
        errorOfAnswer({
          code: "upstream_error",
          message: "上游的应答无法读懂。 / The upstream's answer makes no sense.",
        }),
      );
    }
    throw error;
  }
}

/** Sends it; the answer is its head. No function that waits has the body: it would hold it for as long as the answer takes. */
function post({ url, credential, body, signal, onSent }: GatewayCall): Promise<[IncomingMessage]> {
  const request = httpRequest(`${url}/v1/chat/completions`, {
    method: "POST",
    agent,
    signal,
    headers: {
      "content-type": "application/json",
      "content-length": body.bytes,
      authorization: `Bearer ${credential}`,
    },
  });
  // What breaks it off is heard by who waits for the head, and then of the answer; of the request itself nobody else would listen from then on.
  request.on("error", () => undefined);
  request.once("finish", onSent);
  const answered = once(request, "response") as Promise<[IncomingMessage]>;
  for (const part of body.take()) request.write(part);
  request.end();
  return answered;
}

function headOf({ headers }: IncomingMessage): AnswerHead {
  const list = (name: string) =>
    String(headers[name] ?? "")
      .split(", ")
      .filter(Boolean)
      .map(decoded);
  return {
    requestId: parseRequestId(String(headers["x-request-id"] ?? "")),
    servedModel: list("x-gateway-model")[0] ?? null,
    dropped: list("x-gateway-dropped"),
    clamped: list("x-gateway-clamped"),
  };
}

/** Names beyond ASCII come percent-encoded; a name with a percent sign of its own comes as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    length += (part as Buffer).length;
    if (length <= mostErrorBytes) parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** The gateway's worker went away in the middle, or is not there. */
function isNetworkError(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code);
}
