import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import { newId, sealCredential } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SECRET } from "./testing/scene.ts";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const credentials = ["sk-first-credential-123", "sk-second-credential-456", "sk-third-credential-789"];

let gateway: WorkerFixture;
/** An upstream that takes all of these credentials. */
let guarded: DemoUpstream;
let secret: string;
let accountId: string;
const channels: string[] = [];

async function ask(model: string, body: object = {}, url = gateway.url, key = secret) {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: hello, ...body }),
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

/** The channels that the last `count` requests went to, in order. */
async function wentTo(count: number): Promise<string[]> {
  const rows = await gateway.query<{ name: string }>(
    `select channel.name from usage_record join channel on channel.id = channel_id where account_id = $1 order by usage_record.id desc limit $2`,
    [accountId, count],
  );
  return rows.map(({ name }) => name).reverse();
}

/** A model on a channel with all of these credentials. */
async function guardedModel(name: string): Promise<void> {
  const channel = await gateway.channel(name, `${guarded.url}/v1`);
  await gateway.query("delete from channel_credential where channel_id = $1", [channel]);
  for (const each of credentials)
    await gateway.query("insert into channel_credential (id, channel_id, sealed) values ($1, $2, $3)", [
      newId(),
      channel,
      sealCredential(SECRET, each),
    ]);
  await gateway.model(name, [channel], { upstreamModel: "demo-text" });
}

const question = (topic: string) => [{ role: "user", content: `Please explain ${topic} to me.` }];
const conversation = (topic: string, turns: number) => [
  { role: "system", content: "You are a patient tutor of physics." },
  ...Array.from({ length: turns }, (_, turn) => [
    { role: "user", content: `Question ${turn} about ${topic}: what comes next?` },
    { role: "assistant", content: "Something that was said before." },
  ]).flat(),
  { role: "user", content: "And now?" },
];

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  for (const name of ["one", "two", "three"]) channels.push(await gateway.channel(name, gateway.upstreamUrl));
  const [one, two] = channels;
  for (const name of ["even", "picky", "deaf", "long"])
    await gateway.model(name, channels, { upstreamModel: "demo-text" });
  await gateway.query("update deployment set priority = 0 where model_id = (select id from model where name = 'even')");
  const lacking =
    "update deployment set lacks = $3 where model_id = (select id from model where name = $1) and channel_id = any($2)";
  await gateway.query(lacking, ["picky", [one, two], ["vision"]]);
  await gateway.query(lacking, ["deaf", channels, ["vision", "tools"]]);
  await gateway.query(
    "update deployment set context_tokens = 50 where model_id = (select id from model where name = 'long') and channel_id = $1",
    [one],
  );
  await gateway.query("update model set capabilities = '{vision,tools}' where name = 'picky'");
  guarded = await startDemoUpstream({ credential: credentials });
  for (const name of ["busy", "refused"]) {
    await guardedModel(name);
  }
  ({ secret, accountId } = await gateway.person(1_000n * YUAN));
  await gateway.inForce();
});
afterAll(async () => {
  await gateway.close();
  await guarded.close();
});

describe("a conversation", () => {
  it("stays with one deployment as it grows, on every worker", async () => {
    const second = await gateway.startWorker();
    try {
      for (const url of [gateway.url, `http://127.0.0.1:${second.port}`])
        for (const turns of [1, 2, 3, 4])
          expect((await ask("even", { messages: conversation("light", turns) }, url)).status).toBe(200);
      expect(new Set(await wentTo(8)).size).toBe(1);
    } finally {
      await second.drain(0);
    }
  });

  it("is one of many, which spread over all deployments", async () => {
    // Where each goes hangs on random ids: a third of so many is below a twelfth once in some hundred million runs.
    for (let each = 0; each < 120; each++) await ask("even", { messages: question(`topic number ${each}`) });
    const counts = Map.groupBy(await wentTo(120), (name) => name);
    expect([...counts.keys()].sort()).toEqual(["one", "three", "two"]);
    for (const each of counts.values()) expect(each.length).toBeGreaterThan(10);
  });

  it("yields when its deployment fails, and comes back to it", async () => {
    const messages = question("why conversations move");
    await ask("even", { messages });
    const [home = ""] = await wentTo(1);
    const [deployment] = await gateway.query<{ id: string }>(
      `update deployment set upstream_model = 'demo-500' where channel_id = (select id from channel where name = $1)
        and model_id = (select id from model where name = 'even') returning id`,
      [home],
    );
    await gateway.inForce();
    for (let each = 0; each < 4; each++) expect((await ask("even", { messages })).status).toBe(200);
    const meanwhile = await wentTo(4);
    expect(meanwhile).not.toContain(home);
    expect(new Set(meanwhile).size).toBe(1);
    // Three failures in a row, and nobody is made to wait for a fourth.
    const rows = await gateway.query<{ attempts: number }>(
      "select attempts from usage_record where account_id = $1 order by id desc limit 1",
      [accountId],
    );
    expect(rows[0]?.attempts).toBe(1);
    await gateway.query("update deployment set upstream_model = 'demo-text' where id = $1", [deployment?.id]);
    await gateway.inForce();
    await expect
      .poll(
        async () => {
          await ask("even", { messages });
          return (await wentTo(1))[0];
        },
        { timeout: 50_000, interval: 300 },
      )
      .toBe(home);
  });
});

describe("what a request needs", () => {
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } };
  const withImage = { messages: [{ role: "user", content: [{ type: "text", text: "what is this?" }, image] }] };
  const tools = [{ type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } }];

  it("leaves out deployments that can't do it", async () => {
    await ask("picky");
    await ask("picky", withImage);
    expect(await wentTo(2)).toEqual(["one", "three"]);
  });

  it("leaves out deployments that probes found unable to do it", async () => {
    const found = `insert into deployment_health (deployment_id, lacks) select d.id, '{vision}' from deployment d join model m on m.id = d.model_id
      where m.name = 'even' on conflict (deployment_id) do update set lacks = excluded.lacks`;
    expect((await ask("even", withImage)).status).toBe(200);
    await gateway.query(found);
    await vi.waitFor(async () => expect((await ask("even", withImage)).status).toBe(400), {
      timeout: 50_000,
      interval: 200,
    });
    expect((await ask("even")).status).toBe(200);
    await gateway.query("update deployment_health set lacks = '{}'");
    await vi.waitFor(async () => expect((await ask("even", withImage)).status).toBe(200), {
      timeout: 50_000,
      interval: 200,
    });
  });

  it("that no deployment can do is 400, naming what is missing and a model that can", async () => {
    const { status, text } = await ask("deaf", { ...withImage, tools });
    const { error } = JSON.parse(text);
    expect([status, error.code, error.param]).toEqual([400, "model_lacks_capability", "model"]);
    expect(error.message).toContain("tools, images");
    expect(error.message).toContain("工具调用、图片输入");
    expect(error.message).toContain("Use picky instead.");
  });

  it("leaves out deployments that it is surely too long for, while another takes it", async () => {
    await ask("long");
    await ask("long", { messages: question("the history of the steam engine in great detail. ".repeat(40)) });
    expect(await wentTo(2)).toEqual(["one", "two"]);
  });
});

describe("several credentials of a channel", () => {
  it.each([
    ["busy", "demo-429"],
    ["refused", "demo-401"],
  ])("that are %s but for one leave that one to answer, and are not asked again", async (model, as) => {
    const [, ...others] = credentials;
    for (const each of others) guarded.disguise({ credential: each }, as);
    guarded.clear();
    for (let each = 0; each < 8; each++) {
      const { status, text } = await ask(model, { messages: question(`${model} ${each}`) });
      expect([status, text]).toEqual([200, expect.not.stringContaining("sk-")]);
    }
    // Each of the others at most once: then all of this worker knows.
    expect(guarded.requests().length).toBeLessThanOrEqual(8 + others.length);
    for (const each of others) guarded.disguise({ credential: each }, null);
  });

  it("keep a conversation with one of them, and spread many", async () => {
    await guardedModel("spread");
    await gateway.inForce();
    guarded.clear();
    const usedBy = (from: number) =>
      new Set(
        guarded
          .requests()
          .slice(from)
          .map(({ headers }) => headers.authorization),
      );
    for (let each = 0; each < 4; each++) await ask("spread", { messages: question("one thing") });
    expect(usedBy(0).size).toBe(1);
    for (let each = 0; each < 60; each++) await ask("spread", { messages: question(`thing ${each}`) });
    expect(usedBy(0).size).toBe(3);
  });
});

it("leaves no reservation and books that add up", async () => {
  expect(await gateway.query("select from reservation")).toEqual([]);
  expect(await gateway.differences()).toEqual([]);
});
