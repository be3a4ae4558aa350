import "server-only";

/** Bodies of all running answers that are on their way to the gateway. The console's heap is small, and so may its container be. */
const allBytes = 64 * 1024 * 1024;
/** Questions of words alone never wait behind pictures. */
const mostWithoutRoom = 256 * 1024;

interface Waiting {
  bytes: number;
  grant: () => void;
}

/**
 * How many bytes of request bodies one process holds at the same time. Whoever finds no room waits, first come first served, before anything is
 * loaded. A share is taken whole and never grows: nobody waits while holding one, so no two can block each other.
 */
export class AnswerRoom {
  readonly #totalBytes: number;
  #freeBytes: number;
  readonly #waiting = new Set<Waiting>();

  constructor(totalBytes = allBytes) {
    this.#totalBytes = totalBytes;
    this.#freeBytes = totalBytes;
  }

  /**
   * Resolves, once there is room, with how to give it back; calling that again does nothing. What is larger than all there is gets all of it,
   * alone. Rejects with the signal's reason when that aborts the wait.
   */
  take(bytes: number, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (bytes <= mostWithoutRoom) return Promise.resolve(() => undefined);
    const wanted = Math.min(bytes, this.#totalBytes);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting);
        // Whoever stood behind a large one may fit.
        this.#serve();
        reject(signal.reason);
      };
      const grant = () => {
        signal.removeEventListener("abort", leave);
        resolve(this.#share(wanted));
      };
      const waiting: Waiting = { bytes: wanted, grant };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.add(waiting);
      this.#serve();
    });
  }

  #share(bytes: number): () => void {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#freeBytes += bytes;
      this.#serve();
    };
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#freeBytes) return;
      this.#waiting.delete(waiting);
      this.#freeBytes -= waiting.bytes;
      waiting.grant();
    }
  }
}

// On globalThis: actions may be bundled apart, and are one process all the same.
const holder = globalThis as typeof globalThis & { lyceumAnswerRoom?: AnswerRoom };

/** That of this process. */
export function getAnswerRoom(): AnswerRoom {
  holder.lyceumAnswerRoom ??= new AnswerRoom();
  return holder.lyceumAnswerRoom;
}
