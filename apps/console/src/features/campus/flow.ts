import "server-only";
import {
  type AuthProvider,
  authProvider,
  CampusFailure,
  type CampusFailureCode,
  type CampusKind,
} from "@lyceum/campus";
import { type CampusPerson, openCampusProvider, signInByCampus, takeCampusReturn } from "@lyceum/db";
import { headers } from "next/headers";
import { z } from "zod";
import { getClient } from "#server/client.ts";
import { getDb } from "#server/db.ts";
import { getEnv } from "#server/env.ts";
import { readerOrigin } from "#server/origin.ts";
import { getSettings } from "#server/settings.ts";
import { CAMPUS_PATH, dropPending, findPending, keepArrival, keepPending, PENDING_MS } from "./cookies.ts";
import { openSession } from "./session-cookie.ts";
import { createTurnstile } from "./turnstile.ts";

const turnstile = createTurnstile();

/** Sends the browser to the campus's server. Returns where to; a failure leads back to the sign-in page, which says it. */
export async function beginCampusSignIn(next: string): Promise<string> {
  return orSayWhy(next, async () => {
    const { provider, kind } = await openProvider();
    const ownUrl = await returnUrlFor(kind);
    const { redirectUrl, pending } = await throughTurnstile(() => provider.begin(ownUrl));
    await keepPending({ ...pending, next });
    return redirectUrl;
  });
}

/** The browser came back. It counts only for the one that began, within its time, and once. Returns where to send it. */
export async function finishCampusSignIn(query: URLSearchParams): Promise<string> {
  const pending = await findPending();
  await dropPending();
  return orSayWhy(pending?.next ?? "/", async () => {
    const states = query.getAll("state");
    if (pending === null || states.length !== 1 || states[0] !== pending.state) throw new CampusFailure("not_begun");
    if (pending.expiresAt <= Date.now()) throw new CampusFailure("expired");
    const until = new Date(pending.expiresAt + PENDING_MS);
    if (!(await takeCampusReturn(getDb(), pending.state, until))) throw new CampusFailure("replayed");
    const callback = new URL(pending.returnUrl);
    callback.search = query.toString();
    const { provider, kind } = await openProvider();
    // A setting may have changed since. CAS gives a ticket for whatever service it is asked for: only one that was made for us says who came to us.
    if (kind === "cas" && pending.returnUrl !== (await returnUrlFor(kind))) throw new CampusFailure("wrong_address");
    const identity = await throughTurnstile(() => provider.finish(callback, pending));
    const { issuer, subject, studentId, name, emailVerified } = identity;
    const address = z.email().max(200).safeParse(identity.email);
    const email = emailVerified && address.success ? address.data : null;
    return enter({ issuer, subject, studentId, name, email }, pending.next);
  });
}

async function enter(person: CampusPerson, next: string): Promise<string> {
  const answer = await signInByCampus(getDb(), person, await getClient());
  if (answer.ok) {
    await openSession(answer.user);
    return next;
  }
  if (answer.code === "must_choose") {
    await keepArrival({ person, account: answer.account, next });
    return CAMPUS_PATH;
  }
  // Only who shows a password hears of one.
  if (answer.code === "invalid_credentials" || answer.code === "sign_in_delayed") throw new Error(answer.code);
  throw new CampusFailure(answer.code);
}

/**
 * Where the campus's server sends browsers back to. OpenID Connect: the address under which this reader knows us, which the server compares with those that are
 * registered for us. CAS: the site's own, and this reader must have come by it. A request names any host, and CAS would send a ticket there as well.
 */
async function returnUrlFor(kind: CampusKind): Promise<string> {
  const { here, oidc, cas } = await returnUrls();
  if (kind === "oidc") return oidc;
  if (cas === null || cas !== `${here}${RETURN_PATH}`) throw new CampusFailure("wrong_address");
  return cas;
}

/** Both, for who sets it up. `cas` is null where the settings name no address of this site; `here`: how this reader knows us. */
export async function returnUrls(): Promise<{ here: string; oidc: string; cas: string | null }> {
  const here = originOf(readerOrigin(await headers()) ?? "");
  if (here === null) throw new CampusFailure("not_begun", "the host is no host");
  const site = originOf((await getSettings()).siteUrl);
  return { here, oidc: `${here}${RETURN_PATH}`, cas: site === null ? null : `${site}${RETURN_PATH}` };
}

const RETURN_PATH = `${CAMPUS_PATH}/return`;

/** As browsers write it: in small letters, without a port that goes without saying. */
function originOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).origin : null;
}

async function openProvider(): Promise<{ provider: AuthProvider; kind: CampusKind }> {
  const config = await openCampusProvider(getDb(), getEnv().LYCEUM_SECRET);
  if (config === null) throw new CampusFailure("off");
  return { provider: authProvider(config), kind: config.kind };
}

async function throughTurnstile<T>(work: () => Promise<T>): Promise<T> {
  const { ip } = await getClient();
  const passed = await turnstile.pass(ip, async () => ({ value: await work() }));
  if (passed === null) throw new CampusFailure("busy");
  return passed.value;
}

/** The sign-in page with a failure's code, which has a sentence there. The log has what we saw; neither has what the browser brought. */
async function orSayWhy(next: string, run: () => Promise<string>): Promise<string> {
  const why = (code: CampusFailureCode | "internal") =>
    `/sign-in?${new URLSearchParams({ campus: code, ...(next === "/" ? {} : { next }) })}`;
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CampusFailure)) {
      console.error("campus sign-in failed", error);
      return why("internal");
    }
    // What a browser alone did wrong anybody can do as often as he likes.
    if (error.detail !== "") console.error("campus sign-in came to nothing:", error.code, error.detail);
    return why(error.code);
  }
}
