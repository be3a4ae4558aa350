import type { HealthSign } from "@lyceum/domain";
import type { Route } from "../health/route.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";
import { scrub } from "./scrub.ts";
import type { Failure } from "./upstream-errors.ts";
import { withoutPrompt } from "./without-prompt.ts";

/**
 * What the health book is told of an attempt that failed: exactly once. Nothing, where it was the client that left, or nothing was sent. `sent`: the
 * body, of which upstreams repeat parts that are nobody's business.
 */
export function noteFailure(
  { call, caller: { userId }, choice: { model } }: Admitted,
  route: Route,
  failure: Failure,
  sent: Buffer | undefined,
  deps: Deps,
): void {
  const { sign, error, retryAfterMs = null } = failure;
  if (sign === null || failure.isAborted === true || isOfThePast(route, deps)) return;
  const { deployment, credential } = route;
  const names = { requested: call.model, upstream: deployment.upstreamModel, credential: credential.secret };
  const said = sent === undefined ? error.detail : withoutPrompt(error.detail ?? "", sent, deployment.upstreamModel);
  const words = sign === "request" ? "" : scrub(said || error.code, names);
  deps.health.note({ route, model, sign, error: words, retryAfterMs, userId });
}

/** Whether an attempt went with a secret, or to an address, that has been replaced meanwhile: it says nothing of the new one. */
function isOfThePast({ deployment: { channel }, credential }: Route, deps: Deps): boolean {
  const now = deps.config()?.channels.find(({ id }) => id === channel.id);
  if (now === channel || now === undefined) return false;
  const secret = now.credentials.find(({ id }) => id === credential.id)?.secret;
  return now.baseUrl !== channel.baseUrl || now.protocol !== channel.protocol || secret !== credential.secret;
}

/** What it is told of one that brought what was asked for. `ttftMs`: from sending to the first output of a stream. */
export function notePassed(
  { caller: { userId }, choice: { model } }: Admitted,
  route: Route,
  ttftMs: number | null,
  deps: Deps,
): void {
  const sign: HealthSign = "passed";
  deps.health.note({
    route,
    model,
    sign,
    error: "",
    retryAfterMs: null,
    ttftMs,
    userId,
  });
}
