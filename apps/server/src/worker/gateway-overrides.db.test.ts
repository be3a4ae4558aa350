import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREDENTIAL } from "./testing/scene.ts";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
beforeAll(async () => {
  gateway = await createWorkerFixture();
});
afterAll(() => gateway.close());

/** A model on a channel with such overrides, and somebody who may call it. */
async function scene(name: string, overrides: object, protocol = "openai", path = "/v1") {
  const channelId = await gateway.channel(`over ${name}`, gateway.upstream.url + path, { protocol });
  await gateway.query("update channel set overrides = $2 where id = $1", [channelId, JSON.stringify(overrides)]);
  await gateway.model(name, [channelId], { upstreamModel: "demo-text" });
  const { secret } = await gateway.person(1_000_000_000n);
  await gateway.inForce();
  return secret;
}

const last = () => {
  const seen = gateway.upstream.requests().at(-1);
  return { body: String(seen?.body), headers: seen?.headers ?? {} };
};

describe("a channel's overrides", () => {
  const overrides = {
    headers: [
      { name: "X-Team", value: "physics" },
      { name: "user-agent", value: null },
    ],
    body: [
      { path: "chat_template_kwargs.enable_thinking", value: false },
      { path: "seed", value: 1, isForced: false },
      { path: "user" },
    ],
  };

  it("change headers and body on their way out, with the credential as ever, and every other byte stays", async () => {
    const secret = await scene("changed", overrides);
    const body = `{ "model":"changed", "seed":12345678901234567890,"messages":[{"role":"user","content":"\\u4f60好"}] }`;
    const answer = await gateway.chat(secret, body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-gateway-dropped")).toBeNull();
    expect(last().body).toBe(
      body.replace('"changed"', '"demo-text"').replace("}] }", '}] ,"chat_template_kwargs":{"enable_thinking":false}}'),
    );
    expect(last().headers).toMatchObject({ "x-team": "physics", authorization: `Bearer ${CREDENTIAL}` });
    expect(last().headers).not.toHaveProperty("user-agent");
  });

  it("reach translated and streamed requests too", async () => {
    const secret = await scene(
      "translated",
      { headers: overrides.headers, body: [{ path: "metadata.user_id", value: "lyceum" }] },
      "anthropic",
      "",
    );
    const answer = await gateway.chat(secret, { model: "translated", messages: hello, stream: true });
    expect(answer.status).toBe(200);
    await answer.text();
    expect(JSON.parse(last().body)).toMatchObject({ model: "demo-text", metadata: { user_id: "lyceum" } });
    expect(last().headers).toMatchObject({ "x-team": "physics", "x-api-key": CREDENTIAL });
  });

  it("leave the client's very bytes alone where a channel has none", async () => {
    const secret = await scene("demo-text", {});
    const body = `{ "model" : "demo-text",\n "messages":[{"role":"user","content":"\\u4f60好"}], "seed": 1e0 }`;
    expect((await gateway.chat(secret, body)).status).toBe(200);
    expect(last().body).toBe(body);
  });
});
