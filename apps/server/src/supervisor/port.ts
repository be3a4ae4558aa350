import { createServer } from "node:net";
import { StartupError } from "@lyceum/db/startup-error";

/** Checks that we may listen on this address. Throws StartupError with the reason if not. */
export async function checkPortFree(host: string, port: number): Promise<void> {
  try {
    await listenBriefly(host, port);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      EADDRINUSE: `Port ${port} is already in use; stop what uses it or choose another one with PORT.`,
      EACCES: `This user may not listen on port ${port}; choose one above 1023 with PORT.`,
      EADDRNOTAVAIL: `HOST ${host} is no address of this machine; use 0.0.0.0 to listen on all of them.`,
      ENOTFOUND: `HOST ${host} is no address of this machine; use 0.0.0.0 to listen on all of them.`,
    };
    throw new StartupError(reasons[code ?? ""] ?? `Listening on ${host}:${port} fails: ${message}.`, { cause });
  }
}

/**
 * A free port on loopback. It lies below the range from which outgoing connections take theirs, so it can still be
 * bound when the process behind it has to be started again.
 */
export async function chooseLoopbackPort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const taken = await listenBriefly("127.0.0.1", port).then(
      () => false,
      () => true,
    );
    if (!taken) return port;
  }
  throw new StartupError("No free port was found on 127.0.0.1 for the console.");
}

async function listenBriefly(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
