import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, channelOverridesSchema, deriveSecret, toAppError } from "@lyceum/domain";
import { type Log, previewRequest, testChannel, tryModels } from "@lyceum/gateway";
import { z } from "zod";
import { isFromHere } from "./client-address.ts";
import { readBody } from "./read-body.ts";

/** One test of a channel, the request it becomes, and trials of its models as they come. */
export const CHANNEL_TEST_PATH = "/internal/channels/test";
const MAXIMUM_BYTES = 256 * 1024;

const address = {
  protocol: z.string(),
  baseUrl: z.string(),
  allowPrivate: z.boolean(),
};
const upstreamModel = z.string().min(1).max(256);
const test = z.object({
  ...address,
  credential: z.string().nullable(),
  upstreamModel: upstreamModel.optional(),
  headers: channelOverridesSchema.shape.headers.optional(),
});
const trials = z.object({
  ...address,
  credential: z.string().nullable(),
  overrides: channelOverridesSchema,
  models: z.array(upstreamModel).min(1).max(500),
  depth: z.enum(["answer", "all"]),
});
const preview = z.object({
  ...address,
  upstreamModel,
  overrides: channelOverridesSchema,
  body: z.string().max(65_536),
});

const input = z.union([
  trials.transform((asked) => ({ kind: "trials" as const, asked })),
  preview.transform((asked) => ({ kind: "preview" as const, asked })),
  test.transform((asked) => ({ kind: "test" as const, asked })),
]);

/**
 * Where the console has channels tried, because dialling out is the gateway's business. Trials of models are answered with a line of JSON for
 * each finding, and end when whoever asked is gone. For callers on this machine that know the internal secret; to everybody else there is
 * nothing here.
 */
export function createChannelEndpoint(masterSecret: string, log: Log) {
  const expected = deriveSecret(masterSecret, "internal");
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "POST" || !isFromHere(request) || !knowsSecret(request, expected)) {
      return sendJson(response, 404, { ok: false, code: "not_found", parameters: {} });
    }
    const refuse = (thrown: unknown) => {
      const error = toAppError(thrown);
      if (error.code === "internal") log("error", "a channel test failed", { error: thrown });
      return { ok: false, code: error.code, parameters: error.parameters };
    };
    try {
      const parsed = input.safeParse(parseJson(await readBody(request, MAXIMUM_BYTES, null)));
      if (!parsed.success) throw new AppError("invalid_input", { detail: parsed.error.message });
      const { kind, asked } = parsed.data;
      if (kind === "test") sendJson(response, 200, await testChannel(asked));
      else if (kind === "preview") sendJson(response, 200, { ok: true, ...(await previewRequest(asked)) });
      else await sendTrials(response, (tell, signal) => tryModels(asked, tell, signal), refuse);
    } catch (thrown) {
      sendJson(response, 200, refuse(thrown));
    }
  };
}

/** One line for each finding, and at last one that says how it ended. */
async function sendTrials(
  response: ServerResponse,
  run: (tell: (line: object) => void, signal: AbortSignal) => Promise<void>,
  refuse: (thrown: unknown) => object,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
  response.flushHeaders();
  const tell = (line: object) => void response.write(`${JSON.stringify(line)}\n`);
  try {
    await run(tell, gone.signal);
    tell({ kind: "end", ok: true });
  } catch (thrown) {
    tell({ kind: "end", ...refuse(thrown) });
  }
  response.end();
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
