import { readdirSync } from "node:fs";
import { commandLine, createUser, getSessionUser, getSettings, type SessionUser } from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { PaletteItem } from "#features/palette/items.ts";
import { getDb } from "#server/db.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

const folder = new URL("./", import.meta.url);
const routes = await Promise.all(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    // next-auth answers for its own paths.
    .filter((file) => file.endsWith("/route.ts") && !file.includes("nextauth"))
    .sort()
    .map(async (file) => ({ file, handlers: (await import(new URL(file, folder).href)) as Record<string, Handler> })),
);
/** The way to the campus's own sign-in and back: for whoever is not signed in. */
const doors = routes.filter(({ file }) => file.startsWith("(public)/sign-in/campus/"));
const methodsOf = (method: string) =>
  routes.flatMap(({ file, handlers }) =>
    handlers[method] && !doors.some((door) => door.file === file) ? [[file, handlers[method]] as const] : [],
  );

let student: SessionUser;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  const { terms } = await getSettings(getDb());
  const person = { studentId: "S000001", name: "student", role: "student", password: "correct horse battery" } as const;
  const { userId } = await getDb().$transaction((tx) => createUser(tx, commandLine, person));
  await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  const found = await getSessionUser(getDb(), userId);
  if (!found) throw new Error("the person just made is missing");
  student = found;
  drop = async () => {
    await getDb().$disconnect();
    await database.drop();
  };
});
afterAll(() => drop());
beforeEach(() => {
  Object.assign(request, { origin: "http://console.test", user: null });
});

const unknown = "0199e3a0-0000-7000-8000-000000000000";
const call = (handler: Handler, method: string, { body, query = "" }: { body?: BodyInit; query?: string } = {}) =>
  handler(
    new Request(`http://console.test/x${query}`, {
      method,
      headers: { host: "console.test", ...(request.origin && { origin: request.origin }) },
      ...(body !== undefined && { body, duplex: "half" }),
    } as RequestInit),
    { params: Promise.resolve({ keyId: unknown }) },
  );

describe("every route of the console", () => {
  it("is found", () => {
    expect(methodsOf("GET").length).toBeGreaterThan(3);
    expect(methodsOf("POST").length).toBeGreaterThan(1);
  });

  it("leads whoever begins or comes back from nowhere to the sign-in page, and takes nothing but GET", async () => {
    expect(doors.map(({ handlers }) => Object.keys(handlers))).toEqual([["GET"], ["GET"]]);
    for (const { handlers } of doors) {
      const { status, headers } = await call(handlers.GET as Handler, "GET", { query: "?next=//evil.example&state=x" });
      expect([status, headers.get("location")]).toEqual([
        303,
        expect.stringMatching(/^\/sign-in\?campus=(?:off|not_begun)$/),
      ]);
    }
  });

  it.each([
    ...methodsOf("GET").map((each) => ["GET", ...each] as const),
    ...methodsOf("POST").map((each) => ["POST", ...each] as const),
  ])("%s %s tells nothing to the signed-out", async (method, _, handler) => {
    const response = await call(handler, method, method === "POST" ? { body: "{}" } : {});
    expect([401, 404]).toContain(response.status);
  });

  it.each(methodsOf("POST"))("POST %s refuses a request from another site", async (_, handler) => {
    request.user = student;
    for (const origin of ["http://evil.example", null]) {
      request.origin = origin;
      expect([403, 404]).toContain((await call(handler, "POST", { body: "{}" })).status);
    }
  });

  const admins = ["GET", "POST"].flatMap((method) =>
    methodsOf(method).flatMap(([file, handler]) =>
      file.startsWith("(admin)") ? [[method, file, handler] as const] : [],
    ),
  );
  it.each(admins)("%s %s does not exist for a student", async (method, _, handler) => {
    request.user = student;
    expect((await call(handler, method, method === "POST" ? { body: "{}" } : {})).status).toBe(404);
  });

  it.each([
    ...methodsOf("GET").map((each) => ["GET", ...each] as const),
    ...methodsOf("POST").map((each) => ["POST", ...each] as const),
  ])(
    "%s %s does not exist for an auditor, but a statement and what the search finds",
    async (method, file, handler) => {
      request.user = { ...student, role: "auditor" };
      const response = await call(handler, method, method === "POST" ? { body: "{}" } : {});
      if (file === "(student)/palette/route.ts") {
        const found = (await response.json()) as PaletteItem[];
        // No model, no key, and no page that he is told does not exist.
        expect(new Set(found.map(({ group }) => group))).toEqual(new Set(["pages", "docs", "errors"]));
        const pages = found.filter(({ group }) => group === "pages").map(({ href }) => href);
        expect(pages).toEqual(["/courses", "/admin/vouchers", "/admin/ledger", "/admin/audit"]);
        return;
      }
      // A person's statement of a month is read by auditors too: this one names nobody.
      const sentence = await response.text();
      expect([response.status, sentence === ""]).toEqual(
        file === "(admin)/admin/ledger/statement/route.ts"
          ? [400, false]
          : [404, method === "GET" || !file.includes("speed")],
      );
    },
  );

  it.each(methodsOf("POST"))("POST %s reads no more of a body than it needs", async (_, handler) => {
    request.user = { ...student, role: "admin" };
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1;
        if (given > 1_000) controller.close();
        else controller.enqueue(new Uint8Array(10_000).fill(32));
      },
    });
    // 404 where whose course it is comes first, and this one is nobody's.
    expect([400, 404, 413]).toContain((await call(handler, "POST", { body: endless as unknown as BodyInit })).status);
    expect(given).toBeLessThan(100);
  });

  it("takes what a link says wrongly for what isn't there", async () => {
    request.user = student;
    const [[, handler] = []] = methodsOf("GET").filter(([file]) => file.includes("speed/export"));
    for (const query of [
      `?format=csv&shared=${"%00".repeat(20)}`,
      "?format=csv&run=x",
      "?format=xml",
      `?format=json&run=${unknown}`,
    ])
      expect((await call(handler as Handler, "GET", { query })).status).toBe(404);
  });
});
