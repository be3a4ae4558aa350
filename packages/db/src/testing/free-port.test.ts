import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { freePort } from "./free-port.ts";

it("finds ports that can be listened on and that no outgoing connection is given", async () => {
  const server = createServer().listen(await freePort());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  expect(port).toBeGreaterThan(1_023);
  expect(port).toBeLessThan(32_768);
  server.close();
});
