import type { ServerResponse } from "node:http";
import type { RawUpstream } from "./raw-upstream.ts";
import type { WorkerFixture } from "./worker-fixture.ts";

const answer = JSON.stringify({
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
});

/** A channel with so many slots and models on it, whose answers are given by hand. */
export async function limitedChannel(
  gateway: WorkerFixture,
  upstream: RawUpstream,
  limit: number,
  models: readonly string[],
) {
  const name = models[0] ?? "";
  const channelId = await gateway.channel(name, `${upstream.url}/v1`, { parallelLimit: limit });
  const held: { readonly model: string; readonly response: ServerResponse }[] = [];
  let most = 0;
  for (const model of models) {
    await gateway.model(model, [channelId]);
    const serve = (response: ServerResponse) => {
      held.push({ model, response });
      most = Math.max(most, held.length);
      response.on("close", () => {
        const at = held.findIndex((each) => each.response === response);
        if (at >= 0) held.splice(at, 1);
      });
    };
    upstream.answers.set(model, { serve });
  }
  await gateway.inForce();
  return {
    channelId,
    held,
    /** The most that were there at one time. */
    most: () => most,
    /** The models that were asked for since then, in order. */
    asked: (since = 0) => upstream.asked.filter((model) => models.includes(model)).slice(since),
    /** Answers the first of those that are there. */
    answerOne(type = "application/json", body = answer): void {
      held.shift()?.response.writeHead(200, { "content-type": type }).end(body);
    },
    waiting: async () =>
      (await gateway.query<{ count: string }>("select count(*) from queue_place where channel_id = $1", [channelId]))
        .map(({ count }) => Number(count))
        .at(0),
  };
}
