import "server-only";
import { AppError, deriveSecret, errorCodes, providerIds } from "@lyceum/domain";
import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";
import type { ActionResult } from "#server/action-result.ts";
import { getEnv } from "#server/env.ts";

export type UpstreamTest = {
  protocol: string;
  baseUrl: string;
  credential: string | null;
  allowPrivate: boolean;
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

const answer = z.discriminatedUnion("ok", [
  report.extend({ ok: z.literal(true) }),
  z.object({
    ok: z.literal(false),
    code: z.enum(errorCodes),
    parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  }),
]);

/** The server's own limit is below this; it ends the wait only where the server hangs. */
const timeoutMs = 75_000;

/** Has the gateway try an upstream, because only the gateway dials out. Never throws; failures are sentences for the reader. */
export async function testUpstream(test: UpstreamTest): Promise<ActionResult<TestReport>> {
  const { LYCEUM_INTERNAL_URL, LYCEUM_SECRET } = getEnv();
  const translate = await getTranslations("channels");
  let status = "";
  try {
    const response = await fetch(new URL("/internal/channels/test", LYCEUM_INTERNAL_URL), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-lyceum-internal": deriveSecret(LYCEUM_SECRET, "internal").toString("hex"),
      },
      body: JSON.stringify(test),
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = `HTTP ${response.status}`;
    const parsed = answer.parse(await response.json());
    if (parsed.ok) {
      const { ok: _, ...data } = parsed;
      return { ok: true, data };
    }
    const message = new AppError(parsed.code, { parameters: parsed.parameters }).sentence(await getLocale());
    return { ok: false, code: parsed.code, message };
  } catch (error) {
    console.error("the gateway did not test the channel", status, error);
    return { ok: false, code: "test_unavailable", message: translate("testUnavailable", { status }) };
  }
}
