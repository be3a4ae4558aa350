import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, getChannelByName, listChannels } from "@lyceum/db";
import { createTestDatabase, type TestDatabase } from "@lyceum/db/testing";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let database: TestDatabase;
let db: Db;
let dataDir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createPatientPrisma(database.url, 4);
  dataDir = await mkdtemp(join(tmpdir(), "lyceum-cli-"));
  await writeFile(join(dataDir, "secret"), `${"ab".repeat(32)}\n`);
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

async function lyceum(...args: string[]) {
  const lines: string[] = [];
  const output = { out: lines.push.bind(lines), error: lines.push.bind(lines), write: async () => undefined };
  const environment = { DATABASE_URL: database.url, LYCEUM_DATA_DIR: dataDir };
  const code = await run(args, environment, output, () => Promise.reject(new Error("nobody is to be called")));
  return { code, text: lines.join("\n") };
}

describe("channel import", () => {
  const key = "sk-imported-0000000001";
  async function file() {
    const path = join(dataDir, "channels.json");
    const row = { type: 1, status: 1, models: "m1", group: "default,lab", auto_ban: 1, base_url: "https://a.example" };
    await writeFile(
      path,
      JSON.stringify({
        data: {
          items: [
            { ...row, name: "theirs", key },
            { ...row, name: "odd", type: 3 },
          ],
        },
      }),
    );
    return path;
  }

  it("says what would happen and writes nothing, then does it, and a second time nothing", async () => {
    const path = await file();
    const dry = await lyceum("channel", "import", path);
    expect(dry.code).toBe(0);
    expect(dry.text).toContain(
      "+ theirs: openai at https://a.example/v1; 1 models; 1 credentials; unknown groups: lab",
    );
    expect(dry.text).toContain("− odd: its type is none");
    expect(await listChannels(db)).toEqual([]);
    const done = await lyceum("channel", "import", path, "--apply", "--groups", "lab=vip");
    expect(done.text).toContain("Made 1: theirs.");
    expect(dry.text + done.text).not.toContain(key);
    expect((await lyceum("channel", "import", path, "--apply")).text).toContain("Made 0.");
    expect((await listChannels(db)).map(({ name }) => name)).toEqual(["theirs"]);
  });

  it("says so where a file is no such list", async () => {
    const path = join(dataDir, "none.json");
    await writeFile(path, "{}");
    expect((await lyceum("channel", "import", path)).text).toContain("no list of channels");
    expect((await lyceum("channel", "import", join(dataDir, "missing.json"))).code).toBe(1);
  });
});

describe("channel set and channel credential", () => {
  it("change limits and credentials, and never say a credential", async () => {
    expect((await lyceum("channel", "set", "theirs", "--parallel", "8", "--first-token", "none")).code).toBe(0);
    expect(await getChannelByName(db, "theirs")).toMatchObject({ parallelLimit: 8, firstTokenTimeoutMs: null });
    expect((await lyceum("channel", "set", "theirs", "--parallel", "none")).code).toBe(0);
    expect(await getChannelByName(db, "theirs")).toMatchObject({ parallelLimit: null, firstTokenTimeoutMs: null });
    expect((await lyceum("channel", "set", "theirs")).code).toBe(2);

    const secret = "sk-second-000000000002";
    const add = ["channel", "credential", "add", "--channel", "theirs", "--credential", secret];
    const added = await lyceum(...add, "--label", "second", "--weight", "3");
    expect(added.text).toBe("The channel theirs has 2 credentials now.");
    expect((await getChannelByName(db, "theirs")).credentials[1]).toMatchObject({ label: "second", weight: 3 });
    const remove = ["channel", "credential", "remove", "--channel", "theirs", "--which"];
    expect((await lyceum(...remove, "third")).text).toContain("second …0002");
    expect((await lyceum(...remove, "second")).code).toBe(0);
    expect((await getChannelByName(db, "theirs")).credentials).toHaveLength(1);
    expect(added.text).not.toContain(secret);
  });
});
