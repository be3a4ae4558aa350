import {
  commandLine,
  createUser,
  getOwnSettings,
  getSessionUser,
  getSettings,
  setMailServer,
  setSetting,
  system,
} from "@lyceum/db";
import { createTestDatabase } from "@lyceum/db/testing";
import { type SmtpServer, startSmtpServer } from "@lyceum/mail/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getDb } from "#server/db.ts";
import { getEnv } from "#server/env.ts";
import { request, useDatabase } from "#server/testing/next-edges.ts";
import { askEmail } from "./actions.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

let drop: () => Promise<void>;
let server: SmtpServer;
let userId: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  useDatabase(database.url);
  server = await startSmtpServer({
    answer: (command, argument) => (command === "RCPT" && argument.includes("mistyped") ? "550 no such user" : null),
  });
  drop = async () => {
    await server.close();
    await getDb().$disconnect();
    await database.drop();
  };
  await getDb().$transaction(async (tx) => {
    await setSetting(tx, commandLine, "siteUrl", "https://llm.example.edu");
    const input = {
      studentId: "M000001",
      name: "student",
      role: "student",
      password: "correct horse battery",
    } as const;
    ({ userId } = await createUser(tx, commandLine, input));
  });
  const { terms } = await getSettings(getDb());
  await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  Object.assign(request, { user: await getSessionUser(getDb(), userId) });
});
afterAll(() => drop());

const use = (isEnabled: boolean) =>
  getDb().$transaction((tx) =>
    setMailServer(tx, system, getEnv().LYCEUM_SECRET, {
      ...{ host: "127.0.0.1", port: server.port, security: "none", username: "", password: "" },
      ...{ fromAddress: "llm@example.edu", isEnabled },
    }),
  );
const pending = async () => (await getOwnSettings(getDb(), userId)).pendingEmail;

describe("asking for the link that proves an address", () => {
  it("leaves nothing waiting where no link could be sent, so that the right address can follow at once", async () => {
    await use(false);
    expect(await askEmail({ email: "a@example.edu" })).toMatchObject({ ok: false, code: "mail_off" });
    expect(await pending()).toBeNull();
    await use(true);
    expect(await askEmail({ email: "mistyped@example.edu" })).toMatchObject({ ok: false, code: "mail_failed" });
    expect(await pending()).toBeNull();
    expect(await askEmail({ email: " right@example.edu " })).toEqual({
      ok: true,
      data: { email: "right@example.edu" },
    });
    expect(await pending()).toBe("right@example.edu");
    expect(server.received.map(({ to }) => to)).toEqual([["right@example.edu"]]);
  });
});
