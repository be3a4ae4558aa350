import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, until, type WorkerFixture } from "../testing/worker-fixture.ts";
import type { ContractFace, Turn } from "./ask.ts";
import { faces } from "./pairs.ts";
import { send } from "./run-case.ts";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const turns: readonly Turn[] = [{ role: "user", parts: [{ type: "text", text: "hi" }] }];
const withImage: readonly Turn[] = [
  {
    role: "user",
    parts: [
      { type: "text", text: "?" },
      { type: "image", mediaType: "image/png", data: PNG },
    ],
  },
];
/** Where each protocol lists its models, and where it shows one. */
const lists = [
  ["/v1/models", {}],
  ["/v1/models", { "anthropic-version": "2023-06-01" }],
  ["/v1beta/models", {}],
  ["/api/tags", {}],
] as const;

let gateway: WorkerFixture;
let secret: string;
let limited: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  const up = { upstreamModel: "demo-text" };
  for (const name of ["up", "up-vision", "paused", "lost", "blind"]) await gateway.model(name, [channel], up);
  for (const name of ["gone", "moved", "moved-twice", "round", "circle"])
    await gateway.model(name, [channel], { ...up, isRemoved: true });
  await gateway.query("update model set paused_at = now() where name = 'paused'");
  await gateway.query("update model set capabilities = '{vision}' where name in ('up-vision', 'lost')");
  await gateway.query(
    "update deployment set lacks = '{vision}' where model_id = (select id from model where name = 'blind')",
  );
  for (const [from, to] of [
    ["moved", "up"],
    ["moved-twice", "moved"],
    ["round", "circle"],
    ["circle", "round"],
  ])
    await gateway.query("update model set redirect_id = (select id from model where name = $2) where name = $1", [
      from,
      to,
    ]);
  await gateway.query(
    `insert into deployment_health (deployment_id, state, next_probe_at) select deployment.id, 'open', now() + interval '1 hour' from deployment
      join model on model.id = model_id where model.name = 'lost'
      on conflict (deployment_id) do update set state = 'open', next_probe_at = now() + interval '1 hour'`,
  );
  ({ secret } = await gateway.person(1_000_000_000_000n));
  ({ secret: limited } = await gateway.person(1_000_000_000_000n, { models: ["moved", "lost"] }));
  await gateway.inForce();
  // What is out is read by itself, soon after.
  await until(async () => !(await list("/v1/models", {})).includes("lost"));
});
afterAll(() => gateway.close());

async function list(path: string, headers: Readonly<Record<string, string>>): Promise<string[]> {
  const answer = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${secret}`, ...headers } });
  const body = (await answer.json()) as { data?: { id: string }[]; models?: { name: string }[] };
  const names = body.data?.map(({ id }) => id) ?? body.models?.map(({ name }) => name) ?? [];
  return names.map((name) => name.replace(/^models\//, "")).sort();
}

async function ask(
  face: ContractFace,
  model: string,
  more: { stream?: boolean; turns?: readonly Turn[]; key?: string } = {},
) {
  const request = face.request({ model, turns: more.turns ?? turns, stream: more.stream ?? false });
  const answer = await send(gateway, more.key ?? secret, request);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
}

describe.each(lists)("%s %j", (path, headers) => {
  it("has nothing that is paused, lost or removed", async () => {
    expect(await list(path, headers)).toEqual(["blind", "up", "up-vision"]);
  });
});

it.each(["/v1/models/", "/v1beta/models/"])("%sNAME knows none of them", async (path) => {
  for (const name of ["paused", "lost", "gone"]) {
    const answer = await fetch(`${gateway.url}${path}${name}`, { headers: { authorization: `Bearer ${secret}` } });
    expect(answer.status).toBe(404);
  }
});

describe.each(faces)("$title clients", (face) => {
  it.each([
    ["paused", "60", "blind"],
    ["lost", "10", "up-vision"],
  ])("are told that a model is %s, and which one could answer instead", async (model, retryAfter, instead) => {
    for (const stream of [false, true]) {
      const { status, headers, text } = await ask(face, model, { stream });
      expect([status, headers.get("retry-after")]).toEqual([503, retryAfter]);
      const said = face.readError(JSON.parse(text));
      expect(said).toContain(`可以改用 ${instead}`);
      expect(said).toMatch(new RegExp(`Use ${instead}.* instead`));
    }
  });

  it("are told of no model that their key may not use", async () => {
    const { status, text } = await ask(face, "lost", { key: limited });
    expect(status).toBe(503);
    expect(face.readError(JSON.parse(text))).not.toContain("up-vision");
  });

  it("get the answer of the model that a removed one redirects to, and are told so", async () => {
    for (const model of ["moved", "moved-twice"]) {
      const { status, headers } = await ask(face, model);
      expect([status, headers.get("x-gateway-model"), headers.get("x-gateway-redirected-from")]).toEqual([
        200,
        "up",
        model,
      ]);
    }
    expect((await ask(face, "up")).headers.get("x-gateway-redirected-from")).toBeNull();
  });

  it.each(["gone", "round"])("are told that %s is removed, and what there is instead", async (model) => {
    const { status, text } = await ask(face, model);
    expect(status).toBe(404);
    expect(face.readError(JSON.parse(text))).toContain("可以改用 ");
  });

  it("are not sent on to a model that their key may not use", async () => {
    expect((await ask(face, "moved", { key: limited })).status).toBe(404);
  });

  it("are told what no deployment of a model can do", async () => {
    const { status, text } = await ask(face, "blind", { turns: withImage });
    expect(status).toBe(400);
    const said = face.readError(JSON.parse(text));
    expect(said).toContain("图片输入");
    expect(said).toContain("Use up-vision instead.");
  });
});

it("tells every client of a model that is away what is announced to its users now, and nothing that is over or to come", async () => {
  const announce = (zh: string, en: string, from: string, to: string) =>
    gateway.query(
      `insert into announcement (id, level, audience, model_id, zh, en, starts_at, ends_at)
        select gen_random_uuid(), 'warning', 'model', id, $1, $2, now() + $3::interval, now() + $4::interval from model where name = 'paused'`,
      [zh, en, from, to],
    );
  await announce("换机柜，周五恢复", "New racks, back on Friday", "-1 hour", "1 day");
  await announce("以后再说", "Not yet", "1 hour", "1 day");
  await announce("已经过去", "No more", "-2 days", "-1 day");
  await gateway.inForce();
  for (const face of faces) {
    const said = face.readError(JSON.parse((await ask(face, "paused")).text));
    expect(said).toContain("公告：换机柜，周五恢复");
    expect(said).toContain("Announcement: New racks, back on Friday");
    expect(said).not.toMatch(/Not yet|No more/);
  }
});
