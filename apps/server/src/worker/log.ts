import type { Log } from "@lyceum/gateway";
import pino from "pino";

/** JSON lines on stderr, written asynchronously: no request waits for a terminal. */
export function createLog(): { readonly log: Log; flush(): Promise<void> } {
  const destination = pino.destination({ fd: 2, sync: false });
  const logger = pino({ base: { pid: process.pid }, serializers: { error: pino.stdSerializers.err } }, destination);
  return {
    log: (level, message, fields) => logger[level](fields, message),
    flush: () => new Promise((resolve) => logger.flush(() => resolve())),
  };
}
