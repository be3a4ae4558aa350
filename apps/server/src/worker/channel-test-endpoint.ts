import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, deriveSecret, toAppError } from "@lyceum/domain";
import { type Log, testChannel } from "@lyceum/gateway";
import { z } from "zod";
import { readBody } from "./read-body.ts";

export const CHANNEL_TEST_PATH = "/internal/channels/test";
const MAXIMUM_BYTES = 64 * 1024;

const input = z.object({
  protocol: z.string(),
  baseUrl: z.string(),
  credential: z.string().nullable(),
  upstreamModel: z.string().min(1).optional(),
  allowPrivate: z.boolean(),
});

/**
 * Where the console has a channel tried before it is saved: dialling out is the gateway's business. For callers on this machine that know
 * the internal secret; to everybody else there is nothing here.
 */
export function createChannelTestEndpoint(masterSecret: string, log: Log) {
  const expected = deriveSecret(masterSecret, "internal");
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "POST" || !isLocal(request) || !knowsSecret(request, expected)) {
      return sendJson(response, 404, { ok: false, code: "not_found", parameters: {} });
    }
    try {
      const parsed = input.safeParse(parseJson(await readBody(request, MAXIMUM_BYTES, null)));
      if (!parsed.success) throw new AppError("invalid_input", { detail: parsed.error.message });
      sendJson(response, 200, await testChannel(parsed.data));
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === "internal") log("error", "a channel test failed", { error: thrown });
      sendJson(response, 200, { ok: false, code: error.code, parameters: error.parameters });
    }
  };
}

/** Whether the caller is on this machine: over loopback or, where HOST is one address of it, from that very address. */
function isLocal({ socket }: IncomingMessage): boolean {
  const address = socket.remoteAddress ?? "";
  return address === "::1" || /^(?:::ffff:)?127\./.test(address) || address === socket.localAddress;
}

function knowsSecret(request: IncomingMessage, expected: Buffer): boolean {
  const given = request.headers["x-lyceum-internal"];
  const bytes = typeof given === "string" && /^[0-9a-f]{64}$/i.test(given) ? Buffer.from(given, "hex") : null;
  return bytes !== null && timingSafeEqual(bytes, expected);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid_input", { cause });
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}
