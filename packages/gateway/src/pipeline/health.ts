import type { Deps } from "./deps.ts";
import type { GatewayReply } from "./gateway-request.ts";

const READY_TIMEOUT_MS = 2_000;

/** The process lives and answers. */
export function answerHealth(): GatewayReply {
  return text(200, { status: "ok" });
}

/** It can serve: its configuration is loaded and the database answers. 503 with the reason otherwise. */
export async function answerReadiness(deps: Deps): Promise<GatewayReply> {
  const config = deps.config();
  if (config === null) return text(503, { status: "unavailable", reason: "the configuration is not loaded yet" });
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(reject, READY_TIMEOUT_MS, new Error("time-out")).unref();
  });
  try {
    await Promise.race([deps.pingDatabase(), timeout]);
  } catch (error) {
    deps.log("warn", "not ready", { error });
    return text(503, { status: "unavailable", reason: "the database does not answer" });
  }
  return text(200, { status: "ready", configVersion: config.version.toString() });
}

function text(status: number, value: Readonly<Record<string, string>>): GatewayReply {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: Buffer.from(JSON.stringify(value)),
  };
}
