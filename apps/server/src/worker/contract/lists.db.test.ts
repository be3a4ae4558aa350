import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import { upstreamIds } from "./pairs.ts";

const providers = ["openai", "openai-responses", "anthropic", "gemini", "ollama"] as const;
/** Slashes, colons and other alphabets, as names on a campus have them. */
const special = ["课程/qwen-3", "qwen3:8b"];
const open = [...upstreamIds, ...special].toSorted();

let gateway: WorkerFixture;
let secret: string;
let vip: string;
let limited: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  await gateway.group("vip", { isOpen: true });
  const channels = await Promise.all(
    providers.map((protocol) => gateway.channel(protocol, gateway.upstreamUrl, { protocol })),
  );
  const [channel = ""] = channels;
  for (const [index, name] of upstreamIds.entries()) await gateway.model(name, [channels[index] ?? ""]);
  for (const name of special) await gateway.model(name, [channel]);
  await gateway.model("vip-only", [channel], { groups: ["vip"] });
  await gateway.model("removed", [channel], { isRemoved: true });
  await gateway.model("unpriced", [channel], { price: null });
  await gateway.model("without-channel", []);
  await gateway.query("update model set capabilities = '{embedding}', context_tokens = 4096 where name = $1", [
    "gemini-generate",
  ]);
  ({ secret } = await gateway.person(1n));
  ({ secret: vip } = await gateway.person(1n, { group: "vip" }));
  ({ secret: limited } = await gateway.person(0n, { models: ["qwen3:8b", "vip-only"] }));
  await gateway.inForce();
});
afterAll(() => gateway.close());

type Json = Readonly<Record<string, unknown>>;
type ListFace = {
  readonly title: string;
  readonly list: string;
  one(name: string): { readonly path: string; readonly body?: object };
  headers(key: string): Record<string, string>;
  /** Throws where an entry of the list isn't what this client reads. */
  names(body: Json): string[];
  nameOfOne(body: Json): unknown;
  readonly missing: Json;
};

const entries = (value: unknown) => value as readonly Json[];
const openai: ListFace = {
  title: "OpenAI",
  list: "/v1/models",
  one: (name) => ({ path: `/v1/models/${encodeURIComponent(name)}` }),
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  names({ object, data }) {
    expect(object).toBe("list");
    return entries(data).map((model) => {
      expect(model).toEqual({
        id: model.id,
        object: "model",
        created: expect.any(Number),
        owned_by: expect.any(String),
      });
      return String(model.id);
    });
  },
  nameOfOne: ({ id }) => id,
  missing: {
    error: { message: expect.any(String), type: "invalid_request_error", param: "model", code: "model_not_found" },
  },
};
const anthropic: ListFace = {
  title: "Anthropic",
  list: "/v1/models?limit=1000",
  one: (name) => ({ path: `/v1/models/${encodeURIComponent(name)}` }),
  headers: (key) => ({ "x-api-key": key, "anthropic-version": "2023-06-01" }),
  names({ data, has_more, first_id, last_id }) {
    const names = entries(data).map((model) => {
      expect(model).toMatchObject({ type: "model", display_name: expect.any(String), created_at: expect.any(String) });
      return String(model.id);
    });
    expect([has_more, first_id, last_id]).toEqual([false, names[0], names.at(-1)]);
    return names;
  },
  nameOfOne: ({ id }) => id,
  missing: { type: "error", error: { type: "not_found_error", message: expect.any(String) } },
};
const gemini = (version: "v1" | "v1beta"): ListFace => ({
  title: `Gemini, ${version}`,
  list: `/${version}/models?pageSize=1000`,
  one: (name) => ({ path: `/${version}/models/${encodeURI(name)}` }),
  headers: (key) => ({ "x-goog-api-key": key }),
  names: ({ models }) =>
    entries(models).map((model) => {
      expect(model).toMatchObject({ displayName: expect.any(String), supportedGenerationMethods: expect.any(Array) });
      return String(model.name).replace(/^models\//, "");
    }),
  nameOfOne: ({ name }) => String(name).replace(/^models\//, ""),
  missing: { error: { code: 404, status: "NOT_FOUND", message: expect.any(String) } },
});
const ollama: ListFace = {
  title: "Ollama",
  list: "/api/tags",
  one: (model) => ({ path: "/api/show", body: { model } }),
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  names: ({ models }) =>
    entries(models).map((model) => {
      expect(model).toMatchObject({
        size: expect.any(Number),
        digest: expect.any(String),
        details: expect.any(Object),
      });
      expect(model.model).toBe(model.name);
      return String(model.name);
    }),
  nameOfOne: ({ model_info }) => (model_info as Json)["general.basename"],
  missing: { error: expect.stringContaining("missing") },
};
const faces = [openai, anthropic, gemini("v1"), gemini("v1beta"), ollama];

async function ask(face: ListFace, key: string, { path, body }: { path: string; body?: object }) {
  const answer = await fetch(`${gateway.url}${path}`, {
    headers: face.headers(key),
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}

describe.each(faces)("models for clients of $title (case 62)", (face) => {
  it("are those that the key may call, and no others", async () => {
    const names = async (key: string) => {
      const { status, body } = await ask(face, key, { path: face.list });
      expect(status).toBe(200);
      return face.names(body).toSorted();
    };
    expect(await names(secret)).toEqual(open);
    expect(await names(vip)).toEqual(["vip-only"]);
    expect(await names(limited)).toEqual(["qwen3:8b"]);
  });

  it.each(open)("are told one by one, whatever characters their names have: %s", async (name) => {
    const { status, body } = await ask(face, secret, face.one(name));
    expect([status, face.nameOfOne(body)]).toEqual([200, name]);
  });

  it.each(["missing", "vip-only", "removed", "unpriced", "without-channel"])(
    "are not there where the key may not call them: %s",
    async (name) => {
      const { status, body, headers } = await ask(face, secret, face.one(name));
      expect(status).toBe(404);
      const { missing } = face;
      expect(body).toMatchObject(face.title === "Ollama" ? { error: expect.stringContaining(name) } : missing);
      expect(headers.get("x-request-id")).toMatch(/^req_/);
    },
  );

  it("are told to nobody without a key", async () => {
    for (const asked of [{ path: face.list }, face.one("qwen3:8b")]) {
      expect((await ask(face, "sk-nobody", asked)).status).toBe(401);
    }
  });
});

describe("what else lists say", () => {
  it("is for Gemini how a model is called", async () => {
    const methodsOf = async (name: string) =>
      (await ask(gemini("v1beta"), secret, gemini("v1beta").one(name))).body.supportedGenerationMethods;
    expect(await methodsOf("gemini-generate")).toEqual(["embedContent", "batchEmbedContents", "countTokens"]);
    expect(await methodsOf("ollama-chat")).toContain("generateContent");
  });

  it("is for Ollama what a model can do, and how long a prompt may be", async () => {
    const { body } = await ask(ollama, secret, ollama.one("gemini-generate"));
    expect(body).toMatchObject({ capabilities: ["embedding"] });
    expect(Object.values(body.model_info as Json)).toContain(4096);
  });
});
