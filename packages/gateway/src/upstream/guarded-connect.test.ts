import { describe, expect, it } from "vitest";
import { AddressRefused, guardedConnector } from "./guarded-connect.ts";

function dial(hostname: string, allowPrivate: boolean): Promise<Error | null> {
  return new Promise((resolve) => {
    guardedConnector(allowPrivate)({ hostname, host: hostname, protocol: "http:", port: "9" }, (error, socket) => {
      socket?.destroy();
      resolve(error);
    });
  });
}

describe("guardedConnector", () => {
  it.each(["127.0.0.1", "10.0.0.1", "[::1]", "localhost"])(
    "refuses %s unless private addresses are allowed",
    async (host) => {
      expect(await dial(host, false)).toBeInstanceOf(AddressRefused);
    },
  );
  it.each(["169.254.169.254", "[fe80::1]", "0.0.0.0"])("never dials %s", async (host) => {
    expect(await dial(host, true)).toBeInstanceOf(AddressRefused);
  });
  it.each(["127.0.0.1", "localhost"])("dials %s where they are", async (host) => {
    expect(await dial(host, true)).not.toBeInstanceOf(AddressRefused);
  });
});
