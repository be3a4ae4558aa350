import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMediaFetcher } from "./fetch-media.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const answers: Record<string, RequestListener> = {
  "/a.png": (_, response) => response.writeHead(200, { "content-type": "text/plain" }).end(PNG),
  "/moved": (_, response) => response.writeHead(302, { location: "/a.png" }).end(),
  "/round": (_, response) => response.writeHead(302, { location: "/round" }).end(),
  "/inward": (_, response) => response.writeHead(302, { location: "http://169.254.169.254/latest" }).end(),
  "/file": (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  "/nowhere": (_, response) => response.writeHead(302, { location: "http://[" }).end(),
  "/page": (_, response) => response.writeHead(200, { "content-type": "image/png" }).end("<html>"),
  "/gone": (_, response) => response.writeHead(404).end(PNG),
  "/endless": (_, response) => {
    response.writeHead(200);
    const megabyte = Buffer.alloc(1024 * 1024);
    const more = () => {
      while (!response.destroyed && response.write(megabyte));
    };
    response.on("drain", more);
    more();
  },
};
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => answers[request.url ?? ""]?.(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const refusal = async (address: string, allowPrivate = true): Promise<AppError> => {
  const fetcher = createMediaFetcher(allowPrivate);
  try {
    await fetcher.fetchMedia(address);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  } finally {
    await fetcher.close();
  }
  throw new Error("it was fetched");
};

describe("fetchMedia", () => {
  it("brings the bytes, with the type that they show and not the one that is claimed (cases 25, 26)", async () => {
    const fetcher = createMediaFetcher(true);
    for (const path of ["/a.png", "/moved"])
      expect(await fetcher.fetchMedia(url + path)).toEqual({ mediaType: "image/png", data: PNG.toString("base64") });
    await fetcher.close();
  });

  it.each(["/round", "/file", "/nowhere", "/page", "/gone", "/endless"])(
    "refuses %s and names the address",
    async (path) => {
      const error = await refusal(url + path);
      expect(error.code).toBe("invalid_request");
      expect(error.parameters.reason_en).toContain(url + path);
    },
  );

  it("dials no address inside, whether asked for directly or by a redirect", async () => {
    expect((await refusal(`${url}/a.png`, false)).parameters.reason_en).toContain("may not be dialled");
    expect((await refusal(`${url}/inward`)).parameters.reason_en).toContain("may not be dialled");
    for (const address of ["http://[::1]/x", "http://localhost/x", "ftp://example.org/x", "not an address"])
      expect((await refusal(address, false)).code).toBe("invalid_request");
  });
});
