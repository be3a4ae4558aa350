import { startCasServer, startOidcServer } from "@lyceum/campus/testing";
import { commandLine, setCampusProvider, setSetting, setUserDisabled } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { decode } from "next-auth/jwt";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import { saveCampusProvider, settleArrival, tryCampusProvider } from "./actions.ts";
import { beginCampusSignIn, finishCampusSignIn } from "./flow.ts";

/** The browser: its cookies, and what our server says of the request. */
const browser = vi.hoisted(() => ({
  cookies: new Map<string, string>(),
  set: new Map<string, Record<string, unknown>>(),
  headers: {} as Record<string, string>,
}));
vi.mock("next/headers", () => ({
  headers: async () => new Headers(browser.headers),
  cookies: async () => ({
    get: (name: string) => (browser.cookies.has(name) ? { value: browser.cookies.get(name) } : undefined),
    set: (name: string, value: string, attributes: Record<string, unknown>) => {
      browser.set.set(name, attributes);
      if (attributes.maxAge === 0) browser.cookies.delete(name);
      else browser.cookies.set(name, value);
    },
  }),
}));
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const SESSION = "next-auth.session-token";
const SECRET = "the client's secret";
let oidc: Awaited<ReturnType<typeof startOidcServer>>;
let cas: Awaited<ReturnType<typeof startCasServer>>;
let drop: () => Promise<void>;
let counter = 0;
let studentId = "";
const log = vi.spyOn(console, "error").mockImplementation(() => undefined);

beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  oidc = await startOidcServer({ person: {}, clientId: "lyceum", clientSecret: SECRET });
  cas = await startCasServer({ person: { user: "" } });
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
    await Promise.all([oidc.close(), cas.close()]);
  };
});
afterAll(() => drop());
beforeEach(async () => {
  counter += 1;
  studentId = `C${String(counter).padStart(6, "0")}`;
  browser.cookies.clear();
  browser.set.clear();
  browser.headers = {
    host: "127.0.0.1:3000",
    "x-forwarded-host": "llm.test",
    "x-forwarded-proto": "http",
    origin: "http://llm.test",
  };
  log.mockClear();
  oidc.state.person = { sub: studentId, preferred_username: studentId };
  cas.state.person = { user: studentId };
  await setSite("http://llm.test");
  await setUp("oidc");
});
afterEach(() => {
  // Nothing that the browser brought, and no secret, is ever logged.
  const logged = JSON.stringify(log.mock.calls);
  expect(logged).not.toMatch(/code=|ticket=|ST-1-/);
  expect(logged).not.toContain(SECRET);
});

const setSite = (address: string) => getDb().$transaction((tx) => setSetting(tx, commandLine, "siteUrl", address));

function setUp(kind: "oidc" | "cas", changed: { address?: string; isEnabled?: boolean } = {}) {
  const facts = {
    ...{ kind, address: kind === "oidc" ? oidc.address : cas.address, allowPrivate: true, isEnabled: true },
    ...{
      clientId: "lyceum",
      clientSecret: SECRET,
      labelZh: "登录",
      labelEn: "Sign in",
      nameAttribute: "",
      idSuffix: "",
    },
    idAttribute: kind === "oidc" ? "preferred_username" : "user",
  };
  return getDb().$transaction((tx) => setCampusProvider(tx, commandLine, "0".repeat(64), { ...facts, ...changed }));
}

/** To the server and back: the query with which the browser returns. */
async function fetchReturn(next = "/"): Promise<URLSearchParams> {
  const answer = await fetch(await beginCampusSignIn(next), { redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "");
  expect(back.origin + back.pathname).toBe(
    `${browser.headers["x-forwarded-proto"]}://${browser.headers["x-forwarded-host"]}/sign-in/campus/return`,
  );
  return back.searchParams;
}

async function signedIn(name = SESSION): Promise<string | null> {
  const token = await decode({ token: browser.cookies.get(name), secret: "n".repeat(32) });
  if (!token?.sub) return null;
  const user = await getDb().user.findUniqueOrThrow({ where: { id: token.sub } });
  expect(token.sessionVersion).toBe(user.sessionVersion);
  return user.studentId;
}

describe.each(["oidc", "cas"] as const)("by %s", (kind) => {
  beforeEach(() => setUp(kind));

  it("signs in and goes on to where the reader wanted to", async () => {
    expect(await finishCampusSignIn(await fetchReturn("/keys"))).toBe("/keys");
    expect(await signedIn()).toBe(studentId);
    expect(browser.set.get(SESSION)).toMatchObject({ httpOnly: true, sameSite: "lax", path: "/", secure: false });
    expect(browser.cookies.has("campus-pending")).toBe(false);
  });

  it("keeps what it began in a cookie for this alone, which nobody can write", async () => {
    const query = await fetchReturn();
    const attributes = { httpOnly: true, sameSite: "lax", path: "/sign-in/campus", secure: false };
    expect(browser.set.get("campus-pending")).toMatchObject(attributes);
    const [prefix, payload = "", mac] = (browser.cookies.get("campus-pending") ?? "").split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, next: "//evil.example" })).toString("base64url");
    browser.cookies.set("campus-pending", `${prefix}.${forged}.${mac}`);
    expect(await finishCampusSignIn(query)).toBe("/sign-in?campus=not_begun");
    expect(await signedIn()).toBeNull();
  });

  it("counts for the browser that began, once", async () => {
    const query = await fetchReturn("/keys");
    const kept = new Map(browser.cookies);
    // A link that somebody else sends, with a code or ticket of his own.
    browser.cookies.clear();
    expect(await finishCampusSignIn(query)).toBe("/sign-in?campus=not_begun");
    await fetchReturn();
    expect(await finishCampusSignIn(query)).toBe("/sign-in?campus=not_begun");
    browser.cookies.clear();
    for (const [name, value] of kept) browser.cookies.set(name, value);
    expect(await finishCampusSignIn(query)).toBe("/keys");
    browser.cookies.set("campus-pending", kept.get("campus-pending") ?? "");
    expect(await finishCampusSignIn(query)).toBe("/sign-in?campus=replayed&next=%2Fkeys");
  });

  it("counts for ten minutes", async () => {
    const query = await fetchReturn();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * 60_000 });
    try {
      expect(await finishCampusSignIn(query)).toBe("/sign-in?campus=expired");
    } finally {
      vi.useRealTimers();
    }
  });

  it("works over TLS in front, with cookies that go nowhere else", async () => {
    browser.headers = { ...browser.headers, "x-forwarded-proto": "https", "x-forwarded-host": "llm.example.edu" };
    await setSite("https://llm.example.edu");
    expect(await finishCampusSignIn(await fetchReturn())).toBe("/");
    expect(await signedIn(`__Secure-${SESSION}`)).toBe(studentId);
    expect(browser.set.get(`__Secure-${SESSION}`)).toMatchObject({ secure: true });
    expect(browser.set.get("campus-pending")).toMatchObject({ secure: true });
  });

  it("sends nobody to a host that is none", async () => {
    browser.headers["x-forwarded-host"] = "evil.example/@llm.test";
    expect(await beginCampusSignIn("/")).toBe("/sign-in?campus=not_begun");
  });

  it("says what went wrong, and signs nobody in", async () => {
    await setUp(kind, { address: "http://127.0.0.1:9" });
    const unreachable = kind === "oidc" ? await beginCampusSignIn("/keys") : null;
    if (unreachable !== null) expect(unreachable).toBe("/sign-in?campus=unreachable&next=%2Fkeys");
    await setUp(kind, { isEnabled: false });
    expect(await beginCampusSignIn("/")).toBe("/sign-in?campus=off");
    await setUp(kind);
    oidc.state.person = { sub: "x", preferred_username: "張" };
    cas.state.person = { user: "a b" };
    expect(await finishCampusSignIn(await fetchReturn())).toBe("/sign-in?campus=id_invalid");
    oidc.state.person = { sub: "x" };
    cas.state.person = { user: " " };
    expect(await finishCampusSignIn(await fetchReturn())).toBe("/sign-in?campus=no_id");
    expect(await signedIn()).toBeNull();
  });

  it("refuses a disabled account", async () => {
    await finishCampusSignIn(await fetchReturn());
    const { id: userId } = await getDb().user.findUniqueOrThrow({ where: { studentId } });
    await getDb().$transaction((tx) => setUserDisabled(tx, commandLine, { userId, disabled: true }));
    browser.cookies.clear();
    expect(await finishCampusSignIn(await fetchReturn())).toBe("/sign-in?campus=account_disabled");
    expect(await signedIn()).toBeNull();
  });
});

describe("the address of this site", () => {
  // CAS makes a ticket for every service it knows, and says who somebody is to whoever shows it with that service's address.
  it("is the only one that CAS is asked for, whatever the request names", async () => {
    await setUp("cas");
    browser.headers["x-forwarded-host"] = "club.example.edu";
    expect(await beginCampusSignIn("/keys")).toBe("/sign-in?campus=wrong_address&next=%2Fkeys");
    expect(browser.cookies.has("campus-pending")).toBe(false);
    browser.headers = { ...browser.headers, "x-forwarded-host": "llm.test", "x-forwarded-proto": "https" };
    expect(await beginCampusSignIn("/")).toBe("/sign-in?campus=wrong_address");
    await setSite("");
    browser.headers["x-forwarded-proto"] = "http";
    expect(await beginCampusSignIn("/")).toBe("/sign-in?campus=wrong_address");
    // Registered addresses are all that OpenID Connect sends anybody to.
    await setUp("oidc");
    browser.headers["x-forwarded-host"] = "another.test";
    expect(await beginCampusSignIn("/")).toContain(oidc.address);
  });

  it("is looked at again when the browser comes back", async () => {
    await setUp("cas");
    const query = await fetchReturn();
    await setSite("http://llm2.test");
    const before = cas.state.validations;
    expect(await finishCampusSignIn(query)).toBe("/sign-in?campus=wrong_address");
    await setSite("http://club.example.edu");
    browser.headers["x-forwarded-host"] = "club.example.edu";
    const foreign = await fetchReturn();
    await setSite("http://llm.test");
    browser.headers["x-forwarded-host"] = "llm.test";
    expect(await finishCampusSignIn(foreign)).toBe("/sign-in?campus=wrong_address");
    expect(cas.state.validations).toBe(before);
    expect(await signedIn()).toBeNull();
  });

  it.each([
    ["https://llm.example.edu", "llm.example.edu:443"],
    ["https://LLM.example.edu:443", "llm.example.edu"],
    ["https://[2001:db8::1]:8443", "[2001:DB8::1]:8443"],
  ])("%s is where a reader of %s is", async (site, host) => {
    await setUp("cas");
    await setSite(site);
    browser.headers = { ...browser.headers, "x-forwarded-host": host, "x-forwarded-proto": "https" };
    const { searchParams } = new URL(await beginCampusSignIn("/"));
    expect(searchParams.get("service")).toContain(`${new URL(site).origin}/sign-in/campus/return?state=`);
  });

  it("must be set before CAS is tried or switched on, and the trial says where it isn't this one", async () => {
    const terms = { mustChangePassword: false, termsVersion: 1, sessionVersion: 1, verified: true } as const;
    const admin = await getDb().user.create({ data: { id: crypto.randomUUID(), studentId, name: "a", role: "admin" } });
    request.user = { id: admin.id, studentId, name: "a", role: "admin", ...terms };
    const typed = {
      ...({ kind: "cas", address: cas.address, clientId: "", clientSecret: "", withoutSecret: false } as const),
      ...{ idAttribute: "user", idSuffix: "", nameAttribute: "", labelZh: "登录", labelEn: "Sign in" },
      ...{ allowPrivate: true, isEnabled: true },
    };
    await setSite("");
    const refused = { ok: false, code: "site_address_missing", fieldErrors: { kind: expect.any(String) } };
    expect(await tryCampusProvider(typed)).toMatchObject(refused);
    expect(await saveCampusProvider(typed)).toMatchObject(refused);
    expect(await saveCampusProvider({ ...typed, isEnabled: false })).toMatchObject({ ok: true });
    await setSite("http://llm2.test");
    expect(await tryCampusProvider(typed)).toMatchObject({
      data: { notes: [expect.any(String), expect.stringMatching(/http:\/\/llm\.test.*http:\/\/llm2\.test/)] },
    });
    expect(await saveCampusProvider(typed)).toMatchObject({ ok: true });
    request.user = null;
  });
});

it.each([
  ["z@example.edu", true, "z@example.edu"],
  ["z@example.edu", false, null],
  ["z@example.edu", "true", null],
  ["no address", true, null],
])("takes the address %j, proven at the server (%j), for mails as %j", async (email, isProven, expected) => {
  oidc.state.person = { ...oidc.state.person, email, email_verified: isProven };
  expect(await finishCampusSignIn(await fetchReturn())).toBe("/");
  expect(await getDb().user.findUniqueOrThrow({ where: { studentId } })).toMatchObject({ email: expected });
});

describe("an account that is there already", () => {
  it("is asked about on a page of its own, and entered by what is answered there alone", async () => {
    await getDb().user.create({
      data: {
        id: crypto.randomUUID(),
        studentId,
        name: "somebody",
        account: { create: { id: crypto.randomUUID(), kind: "user" } },
      },
    });
    // Nobody who hasn't come from the server.
    expect(await settleArrival({ choice: "not-mine" })).toMatchObject({
      ok: true,
      data: { refusal: expect.any(String) },
    });
    expect(await finishCampusSignIn(await fetchReturn("/keys"))).toBe("/sign-in/campus");
    expect(await signedIn()).toBeNull();
    expect(await settleArrival({ choice: "keep", password: "wrong" })).toMatchObject({
      data: { refusal: "Not the password of this account" },
    });
    expect(await signedIn()).toBeNull();
    expect(await settleArrival({ choice: "not-mine" })).toMatchObject({ ok: true, data: { next: "/keys" } });
    expect(await signedIn()).toBe(studentId);
    expect(browser.cookies.has("campus-arrival")).toBe(false);
  });

  it("takes no word of one cookie for another", async () => {
    await fetchReturn();
    browser.cookies.set("campus-arrival", browser.cookies.get("campus-pending") ?? "");
    expect(await settleArrival({ choice: "not-mine" })).toMatchObject({ data: { refusal: expect.any(String) } });
    browser.headers.origin = "http://evil.example";
    expect(await settleArrival({ choice: "not-mine" })).toMatchObject({ ok: false, code: "foreign_origin" });
  });
});
