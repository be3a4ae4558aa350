import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Linux gives ports from here on to outgoing connections. */
const FIRST_OUTGOING_PORT = 32_768;

/**
 * A port that nobody listens on. It is below those of outgoing connections: of them one could be taken by any client
 * before the system under test listens, or while it is down between a kill and its restart.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(15_000, FIRST_OUTGOING_PORT);
    const server = createServer().listen(port);
    const isFree = await once(server, "listening").then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EADDRINUSE") return false;
        throw error;
      },
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
  throw new Error("no port of a hundred was free");
}
