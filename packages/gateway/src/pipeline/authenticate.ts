import { hash as digest } from "node:crypto";
import { AppError, isApiKey, isSessionCredential, isWithin, type SessionClaims } from "@lyceum/domain";
import { hasAccepted, termsRequired } from "./accepted-terms.ts";
import type { Deps } from "./deps.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { groupClosed, mayUseGroup } from "./group-access.ts";
import type { Caller } from "./key-cache.ts";

/** The key that a request carries, in any of the places that clients of the protocols put it; or null. Every endpoint takes each. */
export function readKey({ headers, query }: Pick<GatewayRequest, "headers" | "query">): string | null {
  const { authorization } = headers;
  if (authorization !== undefined) {
    // A bare key is taken too; a scheme of another kind carries none of ours.
    const found = /^\s*(?:Bearer\s+)?(\S+)\s*$/i.exec(authorization)?.[1];
    if (found !== undefined && !/^Bearer$/i.test(found)) return found;
  }
  const given = headers["x-api-key"] ?? headers["x-goog-api-key"];
  if (typeof given === "string" && given.trim() !== "") return given.trim();
  const inQuery = query === "" ? null : new URLSearchParams(query).get("key");
  return inQuery === null || inQuery.trim() === "" ? null : inQuery.trim();
}

/**
 * Who calls. Remembered keys answer without the database, which has its say at admission; `isFresh` asks it now, for calls that are
 * not admitted. Throws missing_key, invalid_key, key_leaked, key_disabled, key_expired, network_not_allowed, account_disabled, group_not_allowed, course_not_open,
 * terms_required or database_unavailable.
 */
export function authenticate(request: GatewayRequest, deps: Deps, isFresh = false): Caller | Promise<Caller> {
  const secret = readKey(request);
  if (secret === null || secret === "") throw new AppError("missing_key");
  if (isSessionCredential(secret))
    return openSession(secret, request, deps).then((caller) => agreed(caller, request, deps));
  const hash = digest("sha256", secret, "hex");
  const known = isFresh ? null : deps.keys.get(hash);
  // Whoever has accepted new terms a moment ago is not refused by what is remembered; and what a course opens goes by the clock, and its end
  // may have been moved since.
  if (known !== null && hasAccepted(known, deps) && mayUseGroup(known, deps.config()) && isFromNetwork(known, request))
    return checked(known, deps);
  // The checksum tells garbage and typing errors apart without asking anybody.
  if (!isApiKey(secret)) throw new AppError("invalid_key");
  return loadCaller(hash, deps).then((caller) => agreed(requireNetwork(caller, request), request, deps));
}

function isFromNetwork({ networks }: Caller, { ip }: GatewayRequest): boolean {
  return networks.length === 0 || isWithin(ip, networks);
}

function requireNetwork(caller: Caller, request: GatewayRequest): Caller {
  if (isFromNetwork(caller, request)) return caller;
  const { networks } = caller;
  throw new AppError("network_not_allowed", { parameters: { networks: networks.join(", "), ip: request.ip } });
}

function agreed(caller: Caller, request: GatewayRequest, deps: Deps): Caller {
  if (hasAccepted(caller, deps)) return caller;
  throw termsRequired(request, deps);
}

/** What is known of a caller, read anew: nobody is refused by what is remembered alone. Throws as `authenticate` does. */
export async function reloadCaller(caller: Caller, request: GatewayRequest, deps: Deps): Promise<Caller> {
  if (caller.session !== null) return loadPerson(caller.session, deps);
  return requireNetwork(await loadCaller(caller.hash, deps), request);
}

/** The console's server side, for a person who is signed in there. What it shows is worth nothing from anywhere but this machine. */
async function openSession(secret: string, request: GatewayRequest, deps: Deps): Promise<Caller> {
  const claims = request.isLocal() ? deps.openSession(secret) : null;
  if (claims === null) throw new AppError("invalid_key");
  return loadPerson(claims, deps);
}

async function loadPerson(session: SessionClaims, deps: Deps): Promise<Caller> {
  const person = await deps.findPerson(session.userId, session.groupId).catch(databaseGone);
  // Signed out everywhere: whatever was signed before that is void.
  if (person === null || person.sessionVersion !== session.sessionVersion) throw new AppError("invalid_key");
  const { sessionVersion: _version, ...rest } = person;
  const key = {
    id: null,
    hash: "",
    version: 0,
    models: [],
    isDisabled: false,
    isLeaked: false,
    networks: [],
    expiresAt: null,
  };
  const pseudonym = deps.pseudonym(person.userId);
  return checked({ ...rest, ...key, groupId: session.groupId, pseudonym, session }, deps);
}

function databaseGone(cause: unknown): never {
  throw new AppError("database_unavailable", { cause, retryAfterMs: 2_000 });
}

/** Reads the key anew and remembers it. */
async function loadCaller(hash: string, deps: Deps): Promise<Caller> {
  const key = await deps.findKey(Buffer.from(hash, "hex")).catch(databaseGone);
  if (key === null) {
    deps.keys.delete(hash);
    throw new AppError("invalid_key");
  }
  const caller = { ...key, hash, pseudonym: deps.pseudonym(key.userId), session: null };
  deps.keys.set(caller);
  return checked(caller, deps);
}

function checked(caller: Caller, deps: Deps): Caller {
  if (caller.isLeaked) throw stale("key_leaked", caller, deps);
  if (caller.isDisabled) throw stale("key_disabled", caller, deps);
  if (caller.expiresAt !== null && caller.expiresAt.getTime() <= Date.now()) throw stale("key_expired", caller, deps);
  if (caller.isUserDisabled) throw stale("account_disabled", caller, deps);
  const config = deps.config();
  if (mayUseGroup(caller, config)) return caller;
  deps.keys.delete(caller.hash);
  throw groupClosed(caller, config);
}

/** A refusal is never remembered: whoever enables the key again must not wait for a worker to notice. */
function stale(
  code: "key_leaked" | "key_disabled" | "key_expired" | "account_disabled",
  caller: Caller,
  deps: Deps,
): AppError {
  deps.keys.delete(caller.hash);
  return new AppError(code);
}
