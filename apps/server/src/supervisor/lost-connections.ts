import type { Worker } from "node:cluster";

/** A connection on its way to a worker. */
type Handle = { close(): void };

/**
 * Closes the connections that a worker was handed and died before taking. node:cluster forgets those: it waits for the dead worker's word for
 * ever, and so does the client. Its messages are internal; should their form change, this does nothing, and the test of it fails.
 */
export function closeLostConnections(worker: Worker): void {
  const handed = new Map<number, Handle>();
  const { process: child } = worker;
  const send = child.send.bind(child) as (...all: unknown[]) => boolean;
  child.send = (message: unknown, ...rest: unknown[]) => {
    const { act, seq } = (message ?? {}) as { act?: unknown; seq?: unknown };
    const [handle] = rest;
    if (act === "newconn" && typeof seq === "number" && isHandle(handle)) handed.set(seq, handle);
    return send(message, ...rest);
  };
  child.on("internalMessage", (message: unknown) => {
    const { ack } = (message ?? {}) as { ack?: unknown };
    if (typeof ack === "number") handed.delete(ack);
  });
  worker.once("exit", () => {
    for (const handle of handed.values()) handle.close();
    handed.clear();
  });
}

function isHandle(value: unknown): value is Handle {
  return typeof value === "object" && value !== null && "close" in value && typeof value.close === "function";
}
