import { getChannel } from "@lyceum/db";
import { AppError, noOverrides } from "@lyceum/domain";
import { headers } from "next/headers";
import { getLocale, getTranslations } from "next-intl/server";
import type { z } from "zod";
import { runTrials } from "#features/channels/run-trials.ts";
import { trialsInput } from "#features/channels/schema.ts";
import { credentialForTest, openStoredCredential } from "#features/channels/stored-credential.ts";
import type { TrialLine } from "#features/channels/trial-lines.ts";
import { readJsonBody } from "#server/body.ts";
import { getDb } from "#server/db.ts";
import { isOwnOrigin } from "#server/origin.ts";
import { getPendingStep, getSession } from "#server/session.ts";

/** 500 names of models as long as they may be. */
const mostBytes = 600_000;

type Asked = z.infer<typeof trialsInput>;

/** Tries models of a channel and tells each finding as it comes; ends when the page goes. The credential stays on this side. */
export async function POST(request: Request): Promise<Response> {
  const user = await getSession();
  if (user?.role !== "admin" || (await getPendingStep(user))) return new Response(null, { status: 404 });
  if (!isOwnOrigin(await headers())) return new Response(null, { status: 403 });
  const asked = trialsInput.safeParse(await readJsonBody(request, mostBytes));
  if (!asked.success) return new Response(null, { status: 400 });
  const [locale, translate] = await Promise.all([getLocale(), getTranslations("channels")]);
  const gone = new AbortController();
  request.signal.addEventListener("abort", () => gone.abort(), { once: true });
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const tell = (line: TrialLine) => controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      try {
        for await (const line of runTrials(await trialsOf(asked.data), locale, gone.signal)) tell(line);
      } catch (error) {
        if (gone.signal.aborted) return;
        const isTold = error instanceof AppError && error.code !== "internal";
        if (!isTold) console.error("trials of models came to nothing", error);
        const message = isTold ? error.sentence(locale) : translate("testUnavailable", { status: "" });
        tell({ kind: "end", ok: false, message });
      }
      controller.close();
    },
    cancel: () => gone.abort(),
  });
  return new Response(body, {
    headers: { "content-type": "application/x-ndjson", "cache-control": "no-store, no-transform" },
  });
}

/** What the gateway is to try, with the credential. Throws `not_found`, `invalid_request`, `channel_address_refused`. */
async function trialsOf({ of, models, depth }: Asked) {
  const db = getDb();
  if ("baseUrl" in of) {
    const channel = of.channelId === undefined ? null : await getChannel(db, of.channelId);
    const { protocol, baseUrl, allowPrivate } = of;
    const credential = await credentialForTest(db, channel, of);
    return { protocol, baseUrl, allowPrivate, credential, overrides: channel?.overrides ?? noOverrides, models, depth };
  }
  const { protocol, baseUrl, allowPrivate, overrides } = await getChannel(db, of.channelId);
  const credential = await openStoredCredential(db, of.channelId, of.credentialId);
  return { protocol, baseUrl, allowPrivate, credential, overrides, models, depth };
}
