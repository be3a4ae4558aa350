import "server-only";
import { deriveSecret } from "@lyceum/domain";
import { getEnv } from "./env.ts";

/** Has the gateway try, list or show something of a channel: only the gateway dials out. Rejects where it can't be reached. */
export function askChannelEndpoint(body: object, signal: AbortSignal): Promise<Response> {
  const { LYCEUM_INTERNAL_URL, LYCEUM_SECRET } = getEnv();
  return fetch(new URL("/internal/channels/test", LYCEUM_INTERNAL_URL), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-lyceum-internal": deriveSecret(LYCEUM_SECRET, "internal").toString("hex"),
    },
    body: JSON.stringify(body),
    redirect: "error",
    cache: "no-store",
    signal,
  });
}
