import { TEST_SERVER_ENV } from "./test-database.ts";
import { startTestServer } from "./test-server.ts";

/** Runs once before the database tests; the function it returns runs once after them. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  process.env[TEST_SERVER_ENV] = server.url; // test processes inherit it
  return async () => {
    await server.stop();
  };
}
