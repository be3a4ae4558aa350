import "server-only";
import { setImmediate } from "node:timers/promises";
import { getTranslations } from "next-intl/server";
import type { AnyTranslator } from "#i18n/validation.ts";
import { failureOf } from "#server/failure.ts";
import type { StageLine } from "./stage-line.ts";

/** An answer of several lines: what is being done, as it is begun, then what came of it. */
export async function answerInStages<Result>(
  run: (tell: (stage: string, rows: number) => Promise<void>) => Promise<Result>,
): Promise<Response> {
  const translate = (await getTranslations()) as unknown as AnyTranslator;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      // Whoever has left doesn't stop what was begun: an import is done whole or not at all.
      let isOpen = true;
      const send = (line: StageLine<Result>) => {
        if (!isOpen) return;
        try {
          controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
        } catch {
          isOpen = false;
        }
      };
      const tell = async (stage: string, rows: number) => {
        send({ kind: "stage", stage, rows });
        // What comes next may keep this process busy: let the line go out first.
        await setImmediate();
      };
      try {
        send({ kind: "end", ok: true, result: await run(tell) });
      } catch (error) {
        const { message } = await failureOf(error, translate);
        send({ kind: "end", ok: false, message });
      }
      if (isOpen) controller.close();
    },
  });
  return new Response(body, {
    headers: { "content-type": "application/x-ndjson", "cache-control": "no-store, no-transform" },
  });
}
