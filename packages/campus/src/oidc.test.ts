import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authProvider, type CampusConfig } from "./index.ts";
import { type IdToken, startOidcServer } from "./testing/index.ts";

const RETURN = "http://llm.test/sign-in/campus/return";
const SECRET = "a secret: with/colon&more";
let server: Awaited<ReturnType<typeof startOidcServer>>;
let config: CampusConfig;
beforeAll(async () => {
  server = await startOidcServer({ person: {}, clientId: "lyceum", clientSecret: SECRET });
  config = {
    ...{ kind: "oidc", address: server.address, clientId: "lyceum", clientSecret: SECRET },
    ...{ idAttribute: "preferred_username", idSuffix: "", nameAttribute: "", allowPrivate: true },
  };
});
afterAll(() => server.close());
beforeEach(() => {
  Object.assign(server.state, {
    person: { sub: "u-1", preferred_username: "2025010", name: "赵一", email: "z@example.edu", email_verified: true },
    ...{ tamper: null, forge: false, userinfo: {}, metadata: {}, error: null },
  });
});

/** The browser's way there and back. */
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

describe("OIDC", () => {
  it("says who it is", async () => {
    expect(await signIn()).toEqual({
      ...{ issuer: `oidc ${server.address} lyceum`, subject: "u-1", studentId: "2025010", name: "赵一" },
      ...{ email: "z@example.edu", emailVerified: true },
    });
  });

  it("sends state, nonce and a challenge, and never the verifier or the secret", async () => {
    const { redirectUrl, pending } = await authProvider(config).begin(RETURN);
    const query = new URL(redirectUrl).searchParams;
    expect(query.get("state")).toBe(pending.state);
    expect(query.get("nonce")).toBe(pending.nonce);
    expect([query.get("code_challenge_method"), query.get("redirect_uri")]).toEqual(["S256", RETURN]);
    expect(redirectUrl).not.toContain(pending.codeVerifier);
    expect(redirectUrl).not.toContain("secret");
  });

  it("asks the userinfo endpoint for an ID that the token lacks, and takes it for the same subject only", async () => {
    server.state.userinfo = { student_no: "2025011" };
    expect((await signIn({ idAttribute: "student_no" })).studentId).toBe("2025011");
    server.state.userinfo = { student_no: "2025011", sub: "somebody-else" };
    expect(await codeOf(signIn({ idAttribute: "student_no" }))).toBe("provider_wrong");
    server.state.userinfo = {};
    expect(await codeOf(signIn({ idAttribute: "student_no" }))).toBe("no_id");
  });

  it("takes the ID before the suffix, and nobody's from another domain", async () => {
    server.state.person = { sub: "u-1", upn: "2025010@stu.example.edu" };
    expect((await signIn({ idAttribute: "upn", idSuffix: "@stu.example.edu" })).studentId).toBe("2025010");
    server.state.person = { sub: "u-2", upn: "2025010@guest.example.com" };
    expect(await codeOf(signIn({ idAttribute: "upn", idSuffix: "@stu.example.edu" }))).toBe("id_invalid");
  });

  it("takes no letter for another that it becomes with its case changed", async () => {
    for (const upn of ["ſ025010@pku.edu.cn", "2025010@pKu.edu.cn"]) {
      server.state.person = { sub: "u-1", upn };
      expect(await codeOf(signIn({ idAttribute: "upn", idSuffix: "@pku.edu.cn" }))).toBe("id_invalid");
    }
  });

  it("takes no ID with two values", async () => {
    server.state.person = { sub: "u-1", preferred_username: ["2025010", "2025011"] };
    expect(await codeOf(signIn())).toBe("id_invalid");
  });

  const attacks: [string, (token: IdToken) => void, string][] = [
    ["another nonce", ({ claims }) => Object.assign(claims, { nonce: "x" }), "answer_invalid"],
    ["no nonce", ({ claims }) => Object.assign(claims, { nonce: undefined }), "answer_invalid"],
    ["no signature", ({ header }) => Object.assign(header, { alg: "none" }), "answer_invalid"],
    ["our own secret as key", ({ header }) => Object.assign(header, { alg: "HS256" }), "answer_invalid"],
    ["another audience", ({ claims }) => Object.assign(claims, { aud: "other" }), "answer_invalid"],
    ["another issuer", ({ claims }) => Object.assign(claims, { iss: "https://evil.example" }), "answer_invalid"],
    ["an end an hour ago", ({ claims }) => Object.assign(claims, { exp: Date.now() / 1000 - 3600 }), "clock"],
    ["a beginning in an hour", ({ claims }) => Object.assign(claims, { nbf: Date.now() / 1000 + 3600 }), "clock"],
    ["no subject", ({ claims }) => Object.assign(claims, { sub: undefined }), "answer_invalid"],
  ];
  it.each(attacks)("refuses a token with %s", async (_, tamper, code) => {
    server.state.tamper = tamper;
    expect(await codeOf(signIn())).toBe(code);
  });

  it("refuses a token signed with a key that isn't the provider's", async () => {
    server.state.forge = true;
    expect(await codeOf(signIn())).toBe("answer_invalid");
  });

  it("bears clocks that differ by half a minute", async () => {
    server.state.tamper = ({ claims }) => Object.assign(claims, { exp: Math.floor(Date.now() / 1000) - 30 });
    expect((await signIn()).studentId).toBe("2025010");
  });

  it("refuses a code the second time, one for another browser, and a state that isn't this one's", async () => {
    const first = await walk();
    await first.provider.finish(first.callback, first.pending);
    expect(await codeOf(first.provider.finish(first.callback, first.pending))).toBe("ticket_refused");
    const [mine, theirs] = [await walk(), await walk()];
    expect(await codeOf(mine.provider.finish(theirs.callback, mine.pending))).toBe("answer_invalid");
    const forged = new URL(theirs.callback);
    forged.searchParams.set("state", mine.pending.state);
    expect(await codeOf(mine.provider.finish(forged, mine.pending))).toBe("ticket_refused");
  });

  it("says who was refused: the person, us, or nobody there", async () => {
    server.state.error = "access_denied";
    expect(await codeOf(signIn())).toBe("denied");
    server.state.error = null;
    expect(await codeOf(signIn({ clientSecret: "wrong" }))).toBe("client_refused");
    expect(await codeOf(signIn({ address: "http://127.0.0.1:9" }))).toBe("unreachable");
  });

  it("dials no private address and no plain HTTP unless allowed, also where a name leads there", async () => {
    for (const address of [server.address, server.address.replace("127.0.0.1", "localhost")]) {
      expect(await codeOf(signIn({ address, allowPrivate: false }))).toBe("provider_wrong");
      const secure = address.replace("http:", "https:");
      expect(await codeOf(signIn({ address: secure, allowPrivate: false }))).toBe("unreachable");
    }
  });

  it("is tried out: discovery, keys, and whether it takes us", async () => {
    const tried = (changed: Partial<CampusConfig>) => authProvider({ ...config, ...changed }).tryOut(RETURN);
    expect(await tried({})).toEqual({ notes: ["plain_http"] });
    expect(await codeOf(tried({ clientSecret: "wrong" }))).toBe("client_refused");
    expect(await codeOf(tried({ address: `${server.address}/realms/none` }))).toBe("provider_wrong");
    server.state.metadata = { issuer: "https://other.example" };
    expect(await codeOf(tried({}))).toBe("provider_wrong");
  });

  it("keeps secrets, codes and tokens out of what it says", async () => {
    server.state.tamper = ({ claims }) => Object.assign(claims, { nonce: "x" });
    const { provider, pending, callback } = await walk();
    const error = await provider.finish(callback, pending).catch((thrown: unknown) => thrown);
    const said = `${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`;
    for (const secret of [SECRET, callback.searchParams.get("code") ?? "?", pending.codeVerifier, pending.nonce]) {
      expect(said).not.toContain(secret);
    }
  });
});
