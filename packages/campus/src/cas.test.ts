import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readCasAnswer } from "./cas-answer.ts";
import { CampusFailure } from "./failure.ts";
import { authProvider, type CampusConfig, campusAddress } from "./index.ts";
import { startCasServer } from "./testing/index.ts";

const RETURN = "http://llm.test/sign-in/campus/return";
let server: Awaited<ReturnType<typeof startCasServer>>;
let config: CampusConfig;
beforeAll(async () => {
  server = await startCasServer({ person: { user: "2025020" } });
  config = {
    ...{ kind: "cas", address: server.address, clientId: "", clientSecret: null },
    ...{ idAttribute: "user", idSuffix: "", nameAttribute: "", allowPrivate: true },
  };
});
afterAll(() => server.close());
beforeEach(() => {
  const person = { user: "2025020", attributes: { cn: "钱二", studentNo: ["0025020"] } };
  Object.assign(server.state, { person, isOld: false, answer: null, services: /.*/ });
});

async function walk(provider = authProvider(config)) {
  const { redirectUrl, pending } = await provider.begin(RETURN);
  const answer = await fetch(redirectUrl, { redirect: "manual" });
  return { provider, pending, callback: new URL(answer.headers.get("location") ?? "") };
}
const signIn = async (changed: Partial<CampusConfig> = {}) => {
  const { provider, pending, callback } = await walk(authProvider({ ...config, ...changed }));
  return provider.finish(callback, pending);
};
const codeOf = (act: Promise<unknown>) =>
  act.then(
    () => "no failure",
    (error: { code: string }) => error.code,
  );

describe("CAS 3.0", () => {
  it.each([false, true])("says who it is, in JSON and, where the server is old (%s), in XML", async (isOld) => {
    server.state.isOld = isOld;
    const person = { issuer: `cas ${server.address}`, subject: "2025020", studentId: "2025020", name: "钱二" };
    expect(await signIn()).toEqual({ ...person, email: null, emailVerified: false });
    expect((await signIn({ idAttribute: "studentNo" })).studentId).toBe("0025020");
    expect(await codeOf(signIn({ idAttribute: "nothing" }))).toBe("no_id");
  });

  it("takes somebody for the same in whatever letters the name was typed, and a letter that only looks like one for another", async () => {
    const subjects = [];
    for (const user of ["mg2033001", "MG2033001", "Mg2033001", "M\u0261\u212A"]) {
      server.state.person = { user, attributes: { studentNo: "0025020" } };
      subjects.push((await signIn({ idAttribute: "studentNo" })).subject);
    }
    expect(subjects).toEqual(["mg2033001", "mg2033001", "mg2033001", "m\u0261\u212A"]);
  });

  it("refuses a ticket the second time, and one that was made for another browser or another service", async () => {
    const first = await walk();
    await first.provider.finish(first.callback, first.pending);
    expect(await codeOf(first.provider.finish(first.callback, first.pending))).toBe("ticket_refused");
    const [mine, theirs] = [await walk(), await walk()];
    const planted = new URL(theirs.callback);
    planted.searchParams.set("state", mine.pending.state);
    expect(await codeOf(mine.provider.finish(planted, mine.pending))).toBe("service_refused");
    const elsewhere = await walk();
    elsewhere.callback.searchParams.set("ticket", server.issue("https://library.example.edu/"));
    expect(await codeOf(elsewhere.provider.finish(elsewhere.callback, elsewhere.pending))).toBe("service_refused");
  });

  it.each(["PT-1-abc", "ST-", "ST-a b", `ST-${"x".repeat(600)}`, ""])(
    "asks nobody about the ticket %j",
    async (ticket) => {
      const { provider, pending, callback } = await walk();
      callback.searchParams.set("ticket", ticket);
      const before = server.state.validations;
      expect(await codeOf(provider.finish(callback, pending))).toBe("ticket_refused");
      callback.searchParams.append("ticket", "ST-1");
      expect(await codeOf(provider.finish(callback, pending))).toBe("ticket_refused");
      expect(server.state.validations).toBe(before);
    },
  );

  it("says what is wrong when tried out", async () => {
    const tried = (changed: Partial<CampusConfig> = {}) => authProvider({ ...config, ...changed }).tryOut(RETURN);
    expect(await tried()).toEqual({ notes: ["plain_http"] });
    server.state.services = /^https:/;
    expect(await tried()).toEqual({ notes: ["plain_http", "service_unknown"] });
    expect(await codeOf(tried({ address: server.url }))).toBe("provider_wrong");
    expect(await codeOf(tried({ address: "http://127.0.0.1:9/cas" }))).toBe("unreachable");
    expect(await codeOf(tried({ allowPrivate: false }))).toBe("provider_wrong");
    server.state.answer = { status: 200, body: "<html>login</html>" };
    expect(await codeOf(tried())).toBe("provider_wrong");
    server.state.answer = { status: 302, headers: { location: "http://169.254.169.254/" } };
    expect(await codeOf(tried())).toBe("provider_wrong");
    server.state.answer = { status: 200, body: " ".repeat(2_000_000) };
    expect(await codeOf(tried())).toBe("provider_wrong");
  });
});

const xml = (inner: string, before = "") =>
  `${before}<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${inner}</cas:serviceResponse>`;
const success = (inner: string) => xml(`<cas:authenticationSuccess>${inner}</cas:authenticationSuccess>`);
const read = (text: string) => {
  try {
    const answer = readCasAnswer(text);
    return "failure" in answer ? answer.failure : answer.user;
  } catch (error) {
    if (error instanceof CampusFailure) return `refused: ${error.code}`;
    throw error;
  }
};

it.each([
  ["cas", " https://sso.example.edu/cas/login ", "https://sso.example.edu/cas"],
  ["cas", "https://sso.example.edu/cas/", "https://sso.example.edu/cas"],
  ["oidc", "https://id.example.edu/r/.well-known/openid-configuration", "https://id.example.edu/r"],
  // An issuer is compared to the letter.
  ["oidc", "https://id.example.edu/application/o/lyceum/", "https://id.example.edu/application/o/lyceum/"],
] as const)("%s takes the address %j for %j", (kind, typed, address) => {
  expect(campusAddress(kind, typed)).toBe(address);
});

describe("what a CAS server answers", () => {
  it.each([
    [
      "an entity of its own",
      xml(
        "<cas:authenticationSuccess><cas:user>&x;</cas:user></cas:authenticationSuccess>",
        '<!DOCTYPE a [<!ENTITY x "2025001">]>',
      ),
    ],
    [
      "an external entity",
      xml(
        "<cas:authenticationSuccess><cas:user>&x;</cas:user></cas:authenticationSuccess>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
      ),
    ],
    ["an entity that nobody declared", success("<cas:user>&x;</cas:user>")],
    [
      "a document type without entities",
      xml("<cas:authenticationSuccess><cas:user>1</cas:user></cas:authenticationSuccess>", "<!DOCTYPE a>"),
    ],
    ["two people", success("<cas:user>2025001</cas:user><cas:user>2025002</cas:user>")],
    [
      "a person and a failure",
      xml(
        '<cas:authenticationFailure code="INVALID_TICKET"/><cas:authenticationSuccess><cas:user>2025001</cas:user></cas:authenticationSuccess>',
      ),
    ],
    [
      "a person within a failure",
      xml(
        '<cas:authenticationFailure code="INVALID_TICKET"><cas:user>2025001</cas:user></cas:authenticationFailure>',
      )?.replace("INVALID_TICKET", ""),
    ],
    ["a person elsewhere", xml("<cas:user>2025001</cas:user>")],
    ["a person within an attribute", success("<cas:attributes><cas:user>2025001</cas:user></cas:attributes>")],
    ["another namespace", success("<cas:user>2025001</cas:user>").replace("/tp/cas", "/tp/other")],
    [
      "no namespace",
      "<serviceResponse><authenticationSuccess><user>2025001</user></authenticationSuccess></serviceResponse>",
    ],
    ["an end too early", success("<cas:user>2025001</cas:user>").slice(0, -5)],
    ["two documents", success("<cas:user>2025001</cas:user>").repeat(2)],
    ["a page", "<html><body>sign in</body></html>"],
    ["words", "yes\n2025001\n"],
    ["broken JSON", '{"serviceResponse":'],
    ["JSON of another shape", '{"user":"2025001"}'],
    [
      "JSON with both",
      '{"serviceResponse":{"authenticationSuccess":{"user":"2025001"},"authenticationFailure":{"code":"X"}}}',
    ],
    ["JSON with neither", '{"serviceResponse":{}}'],
    ["JSON with a number for a person", '{"serviceResponse":{"authenticationSuccess":{"user":2025001}}}'],
  ])("is no answer with %s", (what, text) => {
    expect(read(text)).toBe(what === "a person within a failure" ? "UNKNOWN" : "refused: provider_wrong");
  });

  it("is read as XML reads it: comments, CDATA and the five entities", () => {
    expect(read(success("<cas:user>2025<!-- x -->001</cas:user>"))).toBe("2025001");
    expect(read(success("<cas:user><![CDATA[2025001]]></cas:user>"))).toBe("2025001");
    expect(read(success("<cas:user> a&amp;b </cas:user>"))).toBe("a&b");
    expect(read(success("<cas:user> </cas:user>"))).toBe("refused: no_id");
  });

  it("never throws anything but a named failure, whatever comes", () => {
    const pieces = fc.constantFrom(
      "<",
      ">",
      "cas:",
      "user",
      "&x;",
      "]]>",
      "<!DOCTYPE",
      "{",
      "\u0000",
      '"',
      "serviceResponse",
    );
    fc.assert(fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => void read(parts.join(""))));
    fc.assert(
      fc.property(fc.nat(), fc.string(), (at, piece) => {
        const whole = success("<cas:user>2025001</cas:user>");
        const cut = at % whole.length;
        void read(whole.slice(0, cut) + piece + whole.slice(cut));
      }),
    );
  });
});
