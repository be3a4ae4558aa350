import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { createTestDatabase } from "../testing/test-database.ts";
import { checkDatabase } from "./connect.ts";

it("accepts a database that answers", async () => {
  const database = await createTestDatabase();
  await checkDatabase(database.url);
  await database.drop();
});

it("says in one sentence, without the password, that nothing listens there", async () => {
  await expect(checkDatabase("postgresql://me:hunter2@127.0.0.1:1/campus")).rejects.toThrow(
    "The database me@127.0.0.1:1/campus can't be reached: connect ECONNREFUSED 127.0.0.1:1; check DATABASE_URL.",
  );
});

it("gives up on a server that takes the connection and then says nothing", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await expect(checkDatabase(`postgresql://me@127.0.0.1:${port}/campus`, 200)).rejects.toThrow(/can't be reached: .+/);
  server.close();
});

it("says which database does not exist", async () => {
  const database = await createTestDatabase();
  await database.drop();
  await expect(checkDatabase(database.url)).rejects.toThrow(/can't be reached: database "test_\w+" does not exist;/);
});

it("refuses an address that is none of PostgreSQL", async () => {
  await expect(checkDatabase("mysql://me@localhost/campus")).rejects.toThrow(/is not a PostgreSQL address/);
});
