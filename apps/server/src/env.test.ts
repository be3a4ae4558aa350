import { describe, expect, it } from "vitest";
import { parseSettings, REPOSITORY } from "./env.ts";

describe("parseSettings", () => {
  it("needs nothing set", () => {
    expect(parseSettings({})).toEqual({
      port: 3000,
      host: "0.0.0.0",
      dataDir: `${REPOSITORY}data`,
      databaseUrl: undefined,
      secret: undefined,
      gatewayWorkers: 1,
      trustProxy: false,
      drainMs: 30_000,
      largeBodiesMb: undefined,
    });
  });

  it("reads what is set, and takes an empty variable for one that is not", () => {
    const secret = "AB".repeat(32);
    const env = { PORT: "8080", HOST: "", TRUST_PROXY: "1", LYCEUM_DATA_DIR: "/srv/data", LYCEUM_SECRET: secret };
    expect(parseSettings(env)).toMatchObject({
      port: 8080,
      host: "0.0.0.0",
      trustProxy: true,
      dataDir: "/srv/data",
      secret: secret.toLowerCase(),
    });
  });

  it.each([
    ["PORT", "70000", 'The environment variable PORT must be a port number from 1 to 65535 (it is "70000").'],
    ["PORT", "http", 'The environment variable PORT must be a port number from 1 to 65535 (it is "http").'],
    [
      "GATEWAY_WORKERS",
      "0",
      'The environment variable GATEWAY_WORKERS must be a number of processes from 1 to 64 (it is "0").',
    ],
    [
      "LYCEUM_DRAIN_MS",
      "-1",
      'The environment variable LYCEUM_DRAIN_MS must be a number of milliseconds from 0 to 3600000 (it is "-1").',
    ],
    [
      "LYCEUM_LARGE_BODIES_MB",
      "4",
      'The environment variable LYCEUM_LARGE_BODIES_MB must be a number of megabytes from 8 to 1000000 (it is "4").',
    ],
    [
      "TRUST_PROXY",
      "yes",
      'The environment variable TRUST_PROXY must be 1 (a proxy in front of Lyceum sets the forwarded headers) or 0 (it is "yes").',
    ],
    [
      "DATABASE_URL",
      "mysql://me:hunter2@h/d",
      "The environment variable DATABASE_URL must be a PostgreSQL address like postgresql://user:password@host:5432/database.",
    ],
    [
      "LYCEUM_SECRET",
      "hunter2",
      "The environment variable LYCEUM_SECRET must be 64 hexadecimal digits (make them with: openssl rand -hex 32).",
    ],
  ])("refuses a senseless %s=%s in one sentence that shows no secret", (name, value, sentence) => {
    expect(() => parseSettings({ [name]: value })).toThrow(sentence);
  });
});
