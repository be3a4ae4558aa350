import { gzipSync } from "node:zlib";
import { AppError } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { ClientPresence, type GatewayRequest } from "./gateway-request.ts";
import { readJsonBody } from "./read-call.ts";

const MIB = 1_048_576;
const LIMIT = 8 * MIB;

/** A request, and what it has asked of the memory for bodies. */
function compressed(sent: Buffer, take: () => Promise<void> = async () => undefined) {
  const asked: (readonly [string, number])[] = [];
  const request: GatewayRequest = {
    id: "01a20184-7886-7bfc-9e7b-46e93c23be29",
    method: "POST",
    path: "/",
    query: "",
    headers: { "content-encoding": "gzip" },
    ip: "127.0.0.1",
    isLocal: () => true,
    receivedAt: 0,
    client: new ClientPresence(),
    readBody: async () => sent,
    room: {
      take: (bytes) => {
        asked.push(["take", bytes]);
        return take();
      },
      shrink: (bytes) => void asked.push(["shrink", bytes]),
    },
  };
  return { request, asked };
}

describe("a compressed body", () => {
  it("takes no room while it is small when decoded", async () => {
    const { request, asked } = compressed(gzipSync(Buffer.alloc(MIB, " ")));
    expect((await readJsonBody(request, LIMIT)).length).toBe(MIB);
    expect(asked).toEqual([["shrink", MIB]]);
  });

  it("takes room for the most that may come before it becomes large, and keeps what it needs", async () => {
    const { request, asked } = compressed(gzipSync(Buffer.alloc(3 * MIB, " ")));
    expect((await readJsonBody(request, LIMIT)).length).toBe(3 * MIB);
    expect(asked).toEqual([
      ["take", LIMIT],
      ["shrink", 3 * MIB],
    ]);
  });

  it("is refused as too large beyond the limit, and as overload where there is no room", async () => {
    const large = gzipSync(Buffer.alloc(9 * MIB, " "));
    await expect(readJsonBody(compressed(large).request, LIMIT)).rejects.toMatchObject({ code: "body_too_large" });
    const { request } = compressed(large, () => Promise.reject(new AppError("overloaded")));
    await expect(readJsonBody(request, LIMIT)).rejects.toMatchObject({ code: "overloaded" });
  });
});
