import "server-only";
import { AppError, type ChannelOverrides, errorCodes, providerIds } from "@lyceum/domain";
import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";
import type { ActionResult } from "#server/action-result.ts";
import { askChannelEndpoint } from "#server/gateway-call.ts";

export type UpstreamTest = {
  protocol: string;
  baseUrl: string;
  credential: string | null;
  allowPrivate: boolean;
  /** What the channel's requests get beside the usual. */
  headers?: ChannelOverrides["headers"] | undefined;
  /** Left out: only the list of models is fetched. */
  upstreamModel?: string | undefined;
};

const finding = z.object({
  provider: z.enum(providerIds),
  baseUrl: z.string(),
  path: z.string(),
  sign: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("list") }),
    z.object({ kind: z.enum(["host", "owner", "models"]), value: z.string() }),
  ]),
});
export type Finding = z.infer<typeof finding>;

const report = z.object({
  models: z.array(z.string()),
  ttftMs: z.number(),
  totalMs: z.number(),
  sample: z.string(),
  /** What the upstream was found to be, and what else it speaks; null: that was not asked. */
  detection: z.object({ chosen: finding, others: z.array(finding) }).nullable(),
});
export type TestReport = z.infer<typeof report>;

const failure = z.object({
  ok: z.literal(false),
  code: z.enum(errorCodes),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

/** The server's own limit is below this; it ends the wait only where the server hangs. */
const timeoutMs = 75_000;

/** Has the gateway try an upstream, because only the gateway dials out. Never throws; failures are sentences for the reader. */
export async function testUpstream(test: UpstreamTest): Promise<ActionResult<TestReport>> {
  return ask(test, report);
}

const sent = z.object({ headers: z.array(z.tuple([z.string(), z.string()])), body: z.string() });
const preview = z.object({ method: z.string(), url: z.string(), before: sent, after: sent });
export type Preview = z.infer<typeof preview>;

/** What becomes of a call on a channel, by the code of the gateway that calls go through. Never throws. */
export async function previewUpstream(asked: {
  protocol: string;
  baseUrl: string;
  allowPrivate: boolean;
  upstreamModel: string;
  overrides: ChannelOverrides;
  body: string;
}): Promise<ActionResult<Preview>> {
  return ask(asked, preview);
}

async function ask<Data>(body: object, schema: z.ZodType<Data>): Promise<ActionResult<Data>> {
  const translate = await getTranslations("channels");
  let status = "";
  try {
    const response = await askChannelEndpoint(body, AbortSignal.timeout(timeoutMs));
    status = `HTTP ${response.status}`;
    const value: unknown = await response.json();
    const failed = failure.safeParse(value).data;
    if (failed === undefined) return { ok: true, data: schema.parse(value) };
    const message = new AppError(failed.code, { parameters: failed.parameters }).sentence(await getLocale());
    return { ok: false, code: failed.code, message };
  } catch (error) {
    console.error("the gateway did not test the channel", status, error);
    return { ok: false, code: "test_unavailable", message: translate("testUnavailable", { status }) };
  }
}
