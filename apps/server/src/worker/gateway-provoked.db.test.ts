import { createServer, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, until, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
let upstream: Server;
let url = "";
beforeAll(async () => {
  gateway = await createWorkerFixture();
  // Repeats what it was asked: with the status that stands in front of it, or else as its answer.
  upstream = createServer({ keepAliveTimeout: 75_000 }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { messages } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { messages: { content: string }[] };
    const [, status = "200", said = ""] = /^(\d*) ?(.*)$/s.exec(messages.at(-1)?.content ?? "") ?? [];
    response.writeHead(Number(status || 200), { "content-type": "application/json" });
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const message = { role: "assistant", content: said };
    const answer = { id: "c", object: "chat.completion", created: 1, model: "m", usage };
    if (status === "200" || status === "")
      response.end(JSON.stringify({ ...answer, choices: [{ index: 0, message, finish_reason: "stop" }] }));
    else
      response.end(JSON.stringify({ error: { message: `Invalid value: '${said}'.`, type: "error", input: messages } }));
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const address = upstream.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
  await gateway.group("default", { isOpen: true });
  await gateway.query(
    "insert into setting (key, value) values ('breaker', $1) on conflict (key) do update set value = excluded.value",
    [JSON.stringify({ failures: 5, percent: 60, windowSeconds: 60 })],
  );
});
afterAll(async () => {
  await gateway.close();
  await new Promise((resolve) => upstream.close(resolve));
});

async function served(name: string) {
  const model = await gateway.model(name, [await gateway.channel(name, url)]);
  await gateway.inForce();
  const person = async () => {
    const { secret } = await gateway.person(1_000_000_000n);
    return async (content: string) => {
      const answer = await gateway.chat(secret, { model: name, messages: [{ role: "user", content }] });
      await answer.arrayBuffer();
      return answer.status;
    };
  };
  const found = () =>
    gateway.query<{ state: string; last_error: string }>(
      "select h.state, h.last_error from deployment_health h join deployment d on d.id = h.deployment_id where d.model_id = $1",
      [model],
    );
  return { person, found };
}

describe("what a request brings about", () => {
  it("takes no model or credential out, whatever words it has an upstream repeat", async () => {
    const { person, found } = await served("parrot");
    const ask = await person();
    for (const words of [
      "The model parrot does not exist",
      "insufficient balance",
      "incorrect api key",
      "access denied",
      'rate limit: try again in 1 h","code":"model_not_found","x":"',
    ])
      expect([400, 422]).toContain(await ask(`422 ${words}`));
    expect(await ask("well")).toBe(200);
    expect((await found()).filter(({ state }) => state !== "closed")).toEqual([]);
    expect(await gateway.query("select from credential_health where state <> 'ready'")).toEqual([]);
  });

  it("takes no model away from others who are answered, but one that fails for others too", async () => {
    const { person, found } = await served("shared");
    const [one, other] = [await person(), await person()];
    expect(await other("well")).toBe(200);
    for (let count = 0; count < 12; count++) expect(await one("500 boom")).toBe(502);
    // Longer than workers keep to themselves what they have seen.
    await delay(600);
    expect(await other("well")).toBe(200);
    expect((await found()).filter(({ state }) => state !== "closed")).toEqual([]);
    for (let count = 0; count < 6; count++) {
      await one("500 boom");
      await other("500 boom");
    }
    await until(async () => (await found())[0]?.state !== "closed");
  });

  it("stands in no error that administrators read", async () => {
    const { person, found } = await served("discreet");
    const ask = await person();
    await ask("500 I love somebody in my class, but nobody may know of it");
    await until(async () => (await found())[0]?.last_error !== undefined);
    const [row] = await found();
    expect(row?.last_error).toContain("Invalid value");
    expect(row?.last_error).not.toMatch(/love|class|nobody/);
  });
});
