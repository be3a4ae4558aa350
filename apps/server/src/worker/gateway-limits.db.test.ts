import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  const groups = ["default", ...scopes.flatMap((scope) => cases.map(([column]) => `${scope}-${column}`))];
  for (const id of groups) await gateway.group(id, { isOpen: true });
  for (const name of [
    "demo-fast",
    "demo-text",
    "demo-slow-60000",
    "demo-chunks-100-every-200ms",
    "demo-usage-1000-500",
  ])
    await gateway.model(name, [channel], { groups });
  await gateway.inForce();
});
afterAll(async () => {
  await until(async () => (await gateway.query("select from reservation")).length === 0);
  expect(await gateway.differences()).toEqual([]);
  await gateway.close();
});

const scopes = ["key", "user", "member"] as const;
type Scope = (typeof scopes)[number];
type Person = Awaited<ReturnType<WorkerFixture["person"]>> & { group: string };
const words = { key: "This key", user: "Your account", member: "Each member of the group" };

async function person(group = "default"): Promise<Person> {
  return { ...(await gateway.person(YUAN, { group })), group };
}

async function limit(of: Person, scope: Scope, columns: Record<string, number | string | null>): Promise<void> {
  const [table, id] = {
    key: ["virtual_key", of.keyId],
    user: ["account", of.accountId],
    member: ["access_group", of.group],
  }[scope] as [string, string];
  for (const [column, value] of Object.entries(columns))
    await gateway.query(`update ${table} set ${column} = $2 where id = $1`, [id, value]);
}

const ask = (of: Person, more: object = {}, signal?: AbortSignal) =>
  gateway.chat(
    of.secret,
    { model: "demo-fast", messages: hello, max_tokens: 100, ...more },
    { ...(signal && { signal }) },
  );

/** A request that hangs at the upstream until it is left. */
async function startSlow(of: Person, more: object = {}) {
  const leaving = new AbortController();
  const asked = gateway.upstream.requests().length;
  const answer = ask(of, { model: "demo-slow-60000", ...more }, leaving.signal).catch(() => null);
  await until(() => gateway.upstream.requests().length > asked);
  return async () => {
    leaving.abort();
    await answer;
  };
}

async function refusal(answer: Response) {
  const { error } = (await answer.json()) as { error: { message: string; code: string; scope?: string } };
  expect(error.message).toMatch(/\p{Script=Han}.* \/ .*[a-z]/su);
  const retryAfter = answer.headers.get("retry-after");
  return { status: answer.status, ...error, retryAfter: retryAfter === null ? null : Number(retryAfter) };
}

/** With room for a machine that is slow between the two requests. */
const minute = { most: 61, least: 25 };
const day = { most: 86_400, least: 1 };
/** Column, limit, what makes the next request fail, and how it is then answered. */
const cases = [
  ["rpm_limit", 1, "an ended request", 429, "rpm_exceeded", minute],
  ["tpm_limit", 200, "a running request", 429, "tpm_exceeded", minute],
  ["parallel_limit", 1, "a running request", 429, "parallel_exceeded", { most: 1, least: 1 }],
  ["cap_nanos", 1, "nothing", 402, "cap_exceeded", day],
] as const;

describe.each(scopes)("a limit of the %s", (scope) => {
  it.each(cases)("%s of %i is refused after %s with %i %s", async (column, value, before, status, code, wait) => {
    const someone = await person(`${scope}-${column}`);
    await limit(someone, scope, { [column]: value, ...(column === "cap_nanos" && { cap_period: "day" }) });
    const leave = before === "a running request" ? await startSlow(someone) : async () => undefined;
    if (before === "an ended request") expect((await ask(someone)).status).toBe(200);
    const answer = await ask(someone);
    const name = code === "cap_exceeded" ? { key: "key_cap", user: "user_cap", member: "group_cap" }[scope] : null;
    const refused = await refusal(answer);
    expect(refused).toMatchObject({ status, code: name === null ? code : `${name}_exceeded`, scope });
    if (name === null) expect(refused.message).toContain(words[scope]);
    expect(refused.retryAfter).toBeGreaterThanOrEqual(wait.least);
    expect(refused.retryAfter).toBeLessThanOrEqual(wait.most);
    if (column === "rpm_limit") {
      expect(answer.headers.get("x-ratelimit-limit-requests")).toBe("1");
      expect(answer.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    }
    await leave();
    // Another person has a limit of his own.
    if (column !== "cap_nanos") expect((await ask(await person(someone.group))).status).toBe(200);
    await limit(someone, scope, { [column]: null });
    expect((await ask(someone)).status).toBe(200);
  });
});

describe("limits", () => {
  it("are told with every answer under OpenAI's names, streamed or not", async () => {
    const someone = await person();
    expect([...(await ask(someone)).headers.keys()].filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
    await limit(someone, "key", { rpm_limit: 5, tpm_limit: 10_000 });
    await limit(someone, "user", { rpm_limit: 3 });
    const first = await ask(someone);
    expect(Object.fromEntries([...first.headers].filter(([name]) => name.startsWith("x-ratelimit")))).toEqual({
      "x-ratelimit-limit-requests": "3",
      "x-ratelimit-remaining-requests": "2",
      "x-ratelimit-reset-requests": "60s",
      "x-ratelimit-limit-tokens": "10000",
      "x-ratelimit-remaining-tokens": expect.stringMatching(/^9[89]\d\d$/),
      "x-ratelimit-reset-tokens": "60s",
    });
    const second = await ask(someone, { model: "demo-text", stream: true });
    await second.text();
    expect(second.headers.get("x-ratelimit-remaining-requests")).toBe("1");
  });

  it("do not join people behind one address", async () => {
    const people = await Promise.all(Array.from({ length: 30 }, () => person()));
    for (const each of people) await limit(each, "user", { rpm_limit: 1, parallel_limit: 1 });
    const answers = await Promise.all(people.map((each) => ask(each)));
    expect(answers.map((each) => each.status)).toEqual(people.map(() => 200));
    const addresses = await gateway.query<{ ip: string }>(
      "select distinct ip from usage_record where account_id = any($1)",
      [people.map((each) => each.accountId)],
    );
    expect(addresses).toHaveLength(1);
    expect((await refusal(await ask(people[0] as Person))).code).toBe("rpm_exceeded");
  });

  it("count tokens as they turned out once a request has ended, less or more than was estimated", async () => {
    const someone = await person();
    await limit(someone, "user", { tpm_limit: 200 });
    for (let i = 0; i < 3; i++) expect((await ask(someone, { max_tokens: 120 })).status).toBe(200);
    expect((await ask(someone, { model: "demo-usage-1000-500" })).status).toBe(200);
    expect(await refusal(await ask(someone))).toMatchObject({ status: 429, code: "tpm_exceeded" });
  });

  it("refuse for good, with 400 and no wait, what no minute could take", async () => {
    const someone = await person();
    await limit(someone, "key", { tpm_limit: 300 });
    expect(await refusal(await ask(someone, { max_tokens: 2_000 }))).toMatchObject({
      status: 400,
      code: "tpm_too_small",
      scope: "key",
      message: expect.stringMatching(/20\d\d/),
      retryAfter: null,
    });
    expect((await ask(someone)).status).toBe(200);
  });

  it("of parallel requests are free again when a client leaves, before and within the answer", async () => {
    const someone = await person();
    await limit(someone, "key", { parallel_limit: 1 });
    const leave = await startSlow(someone);
    expect((await refusal(await ask(someone))).code).toBe("parallel_exceeded");
    await leave();
    await until(async () => (await ask(someone)).status === 200);
    const leaving = new AbortController();
    const stream = await ask(someone, { model: "demo-chunks-100-every-200ms", stream: true }, leaving.signal);
    await stream.body?.getReader().read();
    expect((await ask(someone)).status).toBe(429);
    leaving.abort();
    await until(async () => (await ask(someone)).status === 200);
  });

  it("set while a request runs count it, and lifted ones no longer do", async () => {
    const someone = await person();
    const leave = await startSlow(someone, { max_tokens: 1_000 });
    expect((await ask(someone)).status).toBe(200);
    await limit(someone, "user", { parallel_limit: 1 });
    expect((await refusal(await ask(someone))).code).toBe("parallel_exceeded");
    await limit(someone, "user", { parallel_limit: null });
    expect((await ask(someone)).status).toBe(200);
    // 1,000 tokens at ¥8 a million are set aside.
    await limit(someone, "key", { cap_nanos: 8_000_000, cap_period: "total" });
    expect(await refusal(await ask(someone))).toMatchObject({
      code: "key_cap_exceeded",
      status: 402,
      retryAfter: null,
    });
    await limit(someone, "key", { cap_nanos: null });
    expect((await ask(someone)).status).toBe(200);
    await leave();
  });
});
