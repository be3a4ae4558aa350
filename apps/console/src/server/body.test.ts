import { describe, expect, it } from "vitest";
import { readJsonBody } from "./body.ts";

const post = (body: BodyInit) => new Request("http://x", { method: "POST", body, duplex: "half" } as RequestInit);

describe("the body of a request", () => {
  it("is its JSON, and nothing where it is none", async () => {
    expect(await readJsonBody(post('{"a":"渠"}'), 100)).toEqual({ a: "渠" });
    expect(await readJsonBody(post("{"), 100)).toBeNull();
    expect(await readJsonBody(new Request("http://x"), 100)).toBeNull();
  });

  it("is read no further than it may be long", async () => {
    let given = 0;
    let isLeft = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1;
        controller.enqueue(new Uint8Array(1_000));
      },
      cancel: () => {
        isLeft = true;
      },
    });
    expect(await readJsonBody(post(endless), 10_000)).toBeNull();
    expect(given).toBeLessThan(20);
    expect(isLeft).toBe(true);
  });
});
