import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createWorkerFixture, until, type WorkerFixture } from "./testing/worker-fixture.ts";

type Wire = Record<string, unknown>;
type Response = Wire & { id: string; store: boolean; status: string; output: Wire[] };

/** Upstreams of these protocols answer alike; a model's name is `PROTOCOL.NAME`. */
const upstreams = {
  "openai-chat": ["openai", "/v1"],
  "openai-responses": ["openai-responses", "/v1"],
  "anthropic-messages": ["anthropic", "/v1"],
} as const;
const names = ["demo-text", "demo-inspect", "demo-error-mid-stream"];

let gateway: WorkerFixture;
let secret: string;
let accountId: string;
let stranger: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  for (const [protocol, [provider, path]] of Object.entries(upstreams)) {
    const channel = await gateway.channel(protocol, `${gateway.upstream.url}${path}`, { protocol: provider });
    for (const name of names) await gateway.model(`${protocol}.${name}`, [channel], { upstreamModel: name });
  }
  ({ secret, accountId } = await gateway.person(1_000_000_000_000n));
  ({ secret: stranger } = await gateway.person(1_000_000_000_000n));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const call = (path: string, method = "GET", key = secret) =>
  fetch(`${gateway.url}/v1/responses${path}`, { method, headers: { authorization: `Bearer ${key}` } });
const create = (body: Wire, key = secret) => gateway.chat(key, body, { path: "/v1/responses" });
const json = async (answer: globalThis.Response) => (await answer.json()) as Response & { error: Wire };

/** The response that a stream ends with. */
async function streamed(body: Wire): Promise<Response> {
  const text = await (await create({ ...body, stream: true })).text();
  const last = text.trim().split("\n\n").at(-1) ?? "";
  return (JSON.parse(last.slice(last.indexOf("data: ") + 6)) as { response: Response }).response;
}

async function setDays(days: number | null): Promise<void> {
  await gateway.query(
    "insert into setting (key, value) values ('responseRetentionDays', $1) on conflict (key) do update set value = $1",
    [JSON.stringify(days)],
  );
  await gateway.inForce();
}

describe.each(Object.keys(upstreams))("responses kept by the gateway, with %s upstreams (case 58)", (upstream) => {
  const ask = (more: Wire = {}) => ({ model: `${upstream}.demo-text`, input: "你好，世界", ...more });

  it("can be read by their own account as soon as the client has them, streamed or not", async () => {
    for (const response of [await json(await create(ask({ metadata: { a: "b" } }))), await streamed(ask())]) {
      expect(response).toMatchObject({ object: "response", status: "completed", store: true });
      expect(await (await call(`/${response.id}`)).json()).toEqual(response);
    }
  });

  it("are nobody else's: not to read, to go on from, to list, to cancel or to delete", async () => {
    const { id } = await json(await create(ask()));
    for (const answer of [
      await call(`/${id}`, "GET", stranger),
      await call(`/${id}/input_items`, "GET", stranger),
      await call(`/${id}/cancel`, "POST", stranger),
      await call(`/${id}`, "DELETE", stranger),
      await create(ask({ previous_response_id: id }), stranger),
      await create(ask({ previous_response_id: "resp_68a1b2c3d4" })),
      await create(ask({ previous_response_id: id.replace(/.$/, (last) => (last === "0" ? "1" : "0")) })),
    ]) {
      expect(answer.status).toBe(404);
      expect((await json(answer)).error).toMatchObject({ type: "invalid_request_error", code: "not_found" });
    }
    expect((await call(`/${id}`)).status).toBe(200);
  });

  it("are gone on from with all that came before, and never asked of the upstream", async () => {
    const first = await json(await create(ask({ instructions: "Be brief." })));
    const second = await streamed(ask({ input: [{ role: "user", content: "二" }], previous_response_id: first.id }));
    expect(second.previous_response_id).toBe(first.id);
    const third = await create({ model: `${upstream}.demo-inspect`, input: "三", previous_response_id: second.id });
    const { output } = await json(third);
    const [content] = (output[0]?.content ?? []) as { text: string }[];
    const understood = JSON.parse(content?.text ?? "") as { system: string; turns: { role: string; text: string }[] };
    expect(understood.turns.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    expect(understood.turns.map(({ text }) => text)).toMatchObject({ 0: "你好，世界", 2: "二", 4: "三" });
    // Instructions are each turn's own.
    expect(understood.system).toBe("");
    const sent = gateway.upstream.requests().at(-1)?.body.toString() ?? "";
    expect(sent).not.toContain("previous_response_id");
    expect(sent).not.toContain("resp_");
  });

  it("can be referred to item by item, by their own account", async () => {
    const { id, output } = await json(await create(ask()));
    const input = [
      { role: "user", content: "一" },
      { type: "item_reference", id: output[0]?.id },
      { role: "user", content: "二" },
    ];
    const inspected = { model: `${upstream}.demo-inspect`, input, store: false };
    const [item] = (await json(await create(inspected))).output;
    const [content] = (item?.content ?? []) as { text: string }[];
    const { turns } = JSON.parse(content?.text ?? "") as { turns: { role: string }[] };
    expect(turns.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    const refused = await create(inspected, stranger);
    expect([refused.status, (await json(refused)).error.param]).toEqual([404, "input"]);
    await call(`/${id}`, "DELETE");
    expect((await create(inspected)).status).toBe(404);
  });

  it("are never multiplied by references into more than a request may hold", async () => {
    const long = "y".repeat(400_000);
    const { output } = await json(await create({ model: `${upstream}.demo-inspect`, input: long }));
    const reference = { type: "item_reference", id: output[0]?.id };
    const input = Array.from({ length: 20_000 }, () => reference);
    const refused = await create(ask({ input }));
    expect(refused.status).toBe(413);
    const many = await create(
      ask({ input: input.slice(0, 1_001).map((each, index) => ({ ...each, id: `m${index}` })) }),
    );
    expect([many.status, (await json(many)).error.param]).toEqual([400, "input"]);
  });

  it("say by their input items what they were made from, page by page", async () => {
    const first = await json(await create(ask()));
    const second = await json(await create(ask({ input: "二", previous_response_id: first.id })));
    type List = { data: (Wire & { id: string })[]; has_more: boolean; first_id: string; last_id: string };
    const list = async (query: string) => (await (await call(`/${second.id}/input_items${query}`)).json()) as List;
    const all = await list("?order=asc");
    expect(all.data.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(all.data[1]?.id).toBe(first.output[0]?.id);
    expect((await list("")).data).toEqual(all.data.toReversed());
    const page = await list(`?order=asc&limit=1&after=${all.data[0]?.id}`);
    expect(page).toMatchObject({ data: [all.data[1]], has_more: true, first_id: all.data[1]?.id });
    for (const query of ["?limit=0", "?limit=x", "?after=nothing"])
      expect((await call(`/${second.id}/input_items${query}`)).status).toBe(400);
  });

  it("can be deleted, and can't be cancelled", async () => {
    const { id } = await json(await create(ask()));
    const cancelled = await call(`/${id}/cancel`, "POST");
    expect([cancelled.status, (await json(cancelled)).error.message]).toEqual([
      400,
      expect.stringContaining("background"),
    ]);
    const deleted = await call(`/${id}`, "DELETE");
    expect([deleted.status, await deleted.json()]).toEqual([200, { id, object: "response", deleted: true }]);
    for (const path of [`/${id}`, `/${id}/input_items`]) expect((await call(path)).status).toBe(404);
    expect((await call(`/${id}`, "DELETE")).status).toBe(404);
    expect((await create(ask({ previous_response_id: id }))).status).toBe(404);
  });

  it("are not made of answers whose client said store: false, nor of ones that failed", async () => {
    const before = await gateway.query("select id from stored_response where account_id = $1 order by id", [accountId]);
    const response = await json(await create(ask({ store: false })));
    expect(response.store).toBe(false);
    expect((await call(`/${response.id}`)).status).toBe(404);
    const failed = await streamed({ model: `${upstream}.demo-error-mid-stream`, input: "x" });
    expect(failed.status).toBe("failed");
    const after = await gateway.query("select id from stored_response where account_id = $1 order by id", [accountId]);
    expect(after).toEqual(before);
  });
});

describe("keeping", () => {
  const ask = { model: "openai-chat.demo-text", input: "x" };
  beforeEach(() => setDays(30));

  it("can be switched off by an administrator: the client hears of it, and can't go on from anything", async () => {
    const { id } = await json(await create(ask));
    await setDays(null);
    const answer = await create({ ...ask, store: true });
    expect(answer.headers.get("x-gateway-dropped")).toBe("store");
    const response = await json(answer);
    expect([response.store, (await call(`/${response.id}`)).status]).toEqual([false, 404]);
    expect((await streamed(ask)).store).toBe(false);
    expect((await create({ ...ask, store: false })).headers.get("x-gateway-dropped")).toBeNull();
    const further = await create({ ...ask, previous_response_id: id });
    expect([further.status, (await json(further)).error.param]).toEqual([400, "previous_response_id"]);
    expect((await call(`/${id}`)).status).toBe(200);
  });

  it("ends after its days", async () => {
    const { id } = await json(await create(ask));
    await gateway.query("update stored_response set expires_at = now() - interval '1 second' where account_id = $1", [
      accountId,
    ]);
    expect((await call(`/${id}`)).status).toBe(404);
    expect((await create({ ...ask, previous_response_id: id })).status).toBe(404);
  });

  it("that fails doesn't cost the answer: it says itself that it was not kept", async () => {
    await gateway.query("alter table stored_response rename to stored_response_away");
    try {
      for (const response of [await json(await create(ask)), await streamed(ask)])
        expect(response).toMatchObject({ status: "completed", store: false });
      expect((await call("/resp_01a2018478867bfc9e7b46e93c23be29")).status).toBe(503);
    } finally {
      await gateway.query("alter table stored_response_away rename to stored_response");
    }
    await until(() => gateway.lines.some(({ message }) => message === "a response could not be kept"));
  });

  it("refuses a conversation that has grown beyond the largest body", async () => {
    const { id } = await json(await create({ ...ask, input: "长".repeat(2_000) }));
    await gateway.query(
      "insert into setting (key, value) values ('maxBodyBytes', '4096') on conflict (key) do update set value = '4096'",
    );
    await gateway.inForce();
    const answer = await create({ ...ask, previous_response_id: id });
    expect([answer.status, (await json(answer)).error.code]).toEqual([413, "body_too_large"]);
    await gateway.query("delete from setting where key = 'maxBodyBytes'");
    await gateway.inForce();
  });
});
