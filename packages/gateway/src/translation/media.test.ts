import { AppError } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { CanonicalRequest } from "../canonical/canonical-request.ts";
import { decodeCall } from "../protocols/openai-chat/request.ts";
import { withBytes } from "./media.ts";

function requestWith(urls: readonly string[]): CanonicalRequest {
  const content = urls.map((url) => ({ type: "image_url", image_url: { url } }));
  return decodeCall(Buffer.from(JSON.stringify({ model: "m", messages: [{ role: "user", content }] }))).canonical();
}

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `https://example.org/${index}.png`);

describe("withBytes", () => {
  it("fetches each address once, a few at the same time", async () => {
    let running = 0;
    let most = 0;
    const asked: string[] = [];
    const urls = addresses(20);
    const request = await withBytes(
      requestWith([...urls, ...urls]),
      () => true,
      async (url) => {
        asked.push(url);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return { mediaType: "image/png", data: url };
      },
    );
    expect(asked.toSorted()).toEqual(urls.toSorted());
    expect(most).toBe(4);
    const [message] = request.messages;
    const sources = message?.role === "user" ? message.parts.map((part) => part.type === "image" && part.source) : [];
    expect(sources).toEqual([...urls, ...urls].map((data) => ({ kind: "base64", mediaType: "image/png", data })));
  });

  it("refuses too many addresses before the first is dialled", async () => {
    const fetchMedia = () => Promise.reject(new Error("it was dialled"));
    await expect(withBytes(requestWith(addresses(33)), () => true, fetchMedia)).rejects.toMatchObject({
      code: "invalid_request",
    });
  });

  it("stops where they are too large together, or one fails", async () => {
    let asked = 0;
    const data = "A".repeat(20 * 1024 * 1024);
    const large = withBytes(
      requestWith(addresses(32)),
      () => true,
      async () => {
        asked++;
        return { mediaType: "image/png", data };
      },
    );
    await expect(large).rejects.toMatchObject({ code: "invalid_request" });
    expect(asked).toBeLessThanOrEqual(8);
    asked = 0;
    const failing = withBytes(
      requestWith(addresses(32)),
      () => true,
      () => {
        asked++;
        return Promise.reject(new AppError("invalid_request", {}));
      },
    );
    await expect(failing).rejects.toMatchObject({ code: "invalid_request" });
    expect(asked).toBeLessThanOrEqual(4);
  });
});
