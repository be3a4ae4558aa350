import { randomBytes } from "node:crypto";
import { json, listen, type Reply } from "./listen.ts";

export type CasPerson = { user: string; attributes?: Record<string, string | string[]> };

/**
 * A CAS 3.0 server for tests: whoever comes to /login is `person`, tickets are good once, for the exact address they were made for. `isOld`: it has
 * never heard of `format`. `answer` replaces what it says.
 */
export async function startCasServer(options: { person: CasPerson; isOld?: boolean; port?: number }) {
  const tickets = new Map<string, { service: string; person: CasPerson }>();
  const state = { ...options, answer: null as Reply | null, validations: 0, services: /.*/ };
  const issue = (service: string) => {
    const ticket = `ST-1-${randomBytes(12).toString("hex")}`;
    tickets.set(ticket, { service, person: state.person });
    return ticket;
  };

  const server = await listen((url) => {
    const service = url.searchParams.get("service") ?? "";
    if (url.pathname === "/cas/login") {
      const back = new URL(service);
      back.searchParams.set("ticket", issue(service));
      return { status: 302, headers: { location: back.href } };
    }
    if (url.pathname !== "/cas/p3/serviceValidate") return { status: 404 };
    state.validations += 1;
    if (state.answer !== null) return state.answer;
    const shown = url.searchParams.get("ticket") ?? "";
    const found = tickets.get(shown);
    tickets.delete(shown);
    const isJson = url.searchParams.get("format") === "JSON" && !state.isOld;
    if (!state.services.test(service)) return say(isJson, { failure: "INVALID_SERVICE" });
    if (found === undefined) return say(isJson, { failure: "INVALID_TICKET" });
    if (found.service !== service) return say(isJson, { failure: "INVALID_SERVICE" });
    return say(isJson, found.person);
  }, options.port);
  return { ...server, address: `${server.url}/cas`, state, issue };
}

function say(isJson: boolean, what: CasPerson | { failure: string }): Reply {
  if (isJson) {
    const body =
      "failure" in what
        ? { authenticationFailure: { code: what.failure, description: "refused" } }
        : { authenticationSuccess: what };
    return json({ serviceResponse: body });
  }
  return { headers: { "content-type": "application/xml" }, body: xmlOf(what) };
}

function xmlOf(what: CasPerson | { failure: string }): string {
  const inner =
    "failure" in what
      ? `<cas:authenticationFailure code="${what.failure}">refused</cas:authenticationFailure>`
      : `<cas:authenticationSuccess><cas:user>${what.user}</cas:user><cas:attributes>${Object.entries(
          what.attributes ?? {},
        )
          .flatMap(([name, values]) => [values].flat().map((value) => `<cas:${name}>${value}</cas:${name}>`))
          .join("")}</cas:attributes></cas:authenticationSuccess>`;
  return `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${inner}</cas:serviceResponse>`;
}
