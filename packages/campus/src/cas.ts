import { randomBytes } from "node:crypto";
import { readCasAnswer } from "./cas-answer.ts";
import { CampusFailure } from "./failure.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import { type Attributes, nameIn, studentIdIn } from "./identity.ts";
import type { AuthProvider, CampusConfig } from "./provider.ts";

/** Service tickets begin like this (CAS 3.0, 3.1); those of proxies don't. */
const TICKET = /^ST-[\x21-\x7e]{1,512}$/;

/**
 * CAS 3.0: `/login?service=`, then the ticket it sends back is shown once at `/p3/serviceValidate`. The protocol has no `state`, so ours stands in the
 * service's address, which the server compares with the one the ticket was made for: a ticket that somebody else was given is of no use here.
 */
export function casProvider(config: CampusConfig): AuthProvider {
  const base = config.address.replace(/\/+$/, "");
  const fetch = guardedFetch(config.allowPrivate);

  async function validate(service: string, ticket: string) {
    const query = new URLSearchParams({ service, ticket, format: "JSON" });
    const response = await fetch(`${base}/p3/serviceValidate?${query}`, {
      headers: { accept: "application/json, application/xml, text/xml" },
    });
    if (response.status >= 500) throw new CampusFailure("unreachable", `the CAS server answered ${response.status}`);
    if (response.status !== 200) {
      throw new CampusFailure(
        "provider_wrong",
        `/p3/serviceValidate answered ${response.status}: is the address right?`,
      );
    }
    return readCasAnswer(await response.text());
  }

  return {
    async begin(returnUrl) {
      const state = randomBytes(24).toString("base64url");
      const redirectUrl = `${base}/login?${new URLSearchParams({ service: serviceOf(returnUrl, state) })}`;
      return { redirectUrl, pending: { state, returnUrl, nonce: "", codeVerifier: "" } };
    },

    async finish(callback, pending) {
      const tickets = callback.searchParams.getAll("ticket");
      const [ticket = ""] = tickets;
      if (tickets.length === 0) throw new CampusFailure("denied", "no ticket came back");
      if (tickets.length > 1 || !TICKET.test(ticket)) throw new CampusFailure("ticket_refused", "not a service ticket");
      const answer = await validate(serviceOf(pending.returnUrl, pending.state), ticket);
      if ("failure" in answer) throw failureOf(answer.failure);
      const { user } = answer;
      const attributes: Attributes = new Map([...answer.attributes, ["user", [user]]]);
      return {
        issuer: `cas ${base}`,
        // People are one whatever letters they type their name in, and most servers hand it on as it was typed. ASCII alone: "K" has a twin that is no K.
        subject: user.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
        studentId: studentIdIn(attributes, config),
        name: nameIn(attributes, config),
        ...{ email: null, emailVerified: false },
      };
    },

    async tryOut(returnUrl) {
      const answer = await validate(serviceOf(returnUrl, "try"), "ST-0-tried-by-an-administrator");
      if (!("failure" in answer)) throw new CampusFailure("provider_wrong", "it took a ticket that nobody issued");
      const isKnown = answer.failure !== "INVALID_SERVICE" && answer.failure !== "UNAUTHORIZED_SERVICE";
      return {
        notes: [
          ...(base.startsWith("http:") ? (["plain_http"] as const) : []),
          ...(isKnown ? [] : (["service_unknown"] as const)),
        ],
      };
    },
  };
}

function serviceOf(returnUrl: string, state: string): string {
  return `${returnUrl}?state=${state}`;
}

/** The protocol's codes (CAS 3.0, 2.5.3), and what servers add. */
function failureOf(code: string): CampusFailure {
  if (code === "INVALID_TICKET" || code === "INVALID_TICKET_SPEC") return new CampusFailure("ticket_refused", code);
  if (code === "INVALID_SERVICE" || code.startsWith("UNAUTHORIZED_SERVICE")) {
    return new CampusFailure("service_refused", code);
  }
  if (code === "INTERNAL_ERROR") return new CampusFailure("unreachable", code);
  return new CampusFailure("provider_wrong", code);
}
