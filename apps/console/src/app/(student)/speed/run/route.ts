import { startSpeedRun } from "@lyceum/db";
import { deriveSecret, speedProtocol } from "@lyceum/domain";
import type { SpeedEvent } from "#features/speed/events.ts";
import { groupsForTest } from "#features/speed/queries.ts";
import { carryOutSpeedRun } from "#features/speed/run.ts";
import { speedInput } from "#features/speed/schema.ts";
import { readJsonBody } from "#server/body.ts";
import { getDb } from "#server/db.ts";
import { getEnv } from "#server/env.ts";
import { isOwnOrigin } from "#server/origin.ts";
import { findPerson } from "#server/session.ts";

const mostBytes = 8_192;

/** Runs a speed test and tells how it goes, an event a line. It ends with the connection: whoever leaves pays for no more. */
export async function POST(request: Request): Promise<Response> {
  if (!isOwnOrigin(request.headers)) return refuse(403, "foreign_origin");
  const user = await findPerson();
  if (user instanceof Response) return refuse(user.status, user.status === 401 ? "signed_out" : "not_found");
  const input = speedInput.safeParse(await readJsonBody(request, mostBytes));
  if (!input.success) return refuse(400, "invalid_input");
  const plan = { ...input.data, models: [...new Set(input.data.models)], runs: speedProtocol.runs };
  const groupOf = await groupsForTest(user.id, user.role, input.data);
  if (groupOf === null) return refuse(403, "not_yours");
  const db = getDb();
  const runId = await startSpeedRun(db, user.id, plan);
  if (runId === null) return refuse(409, "one_at_a_time");

  const { LYCEUM_INTERNAL_URL, LYCEUM_SECRET } = getEnv();
  const left = new AbortController();
  request.signal.addEventListener("abort", () => left.abort());
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const emit = (event: SpeedEvent) => {
        if (!left.signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
      };
      await carryOutSpeedRun({
        ...{ db, runId, person: user, plan, groupOf, signal: left.signal, emit },
        gatewayUrl: LYCEUM_INTERNAL_URL.replace(/\/$/, ""),
        sessionKey: deriveSecret(LYCEUM_SECRET, "gateway-session"),
      });
      if (!left.signal.aborted) controller.close();
    },
    cancel: () => left.abort(),
  });
  return new Response(body, {
    headers: { "content-type": "application/x-ndjson", "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}

function refuse(status: number, code: string): Response {
  return Response.json({ code }, { status, headers: { "cache-control": "no-store" } });
}
