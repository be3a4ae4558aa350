import type { StreamEvent, StreamPosition } from "./contract.ts";
import { playgroundRoutes } from "./routes.ts";

type Delta = Extract<StreamEvent, { type: "delta" }>;

interface Followed {
  /** Where each running answer stands on the page now. */
  positions: () => StreamPosition[];
  onDeltas: (deltas: Delta[]) => boolean;
  onEvent: (event: Exclude<StreamEvent, Delta>) => void;
  /** The connection is away, and is being tried again. */
  onConnection: (isThere: boolean) => void;
}

const retryMs = [300, 1_000, 2_000, 5_000];

/** In a visible tab once a frame, in a hidden one (which gets no frames) a few times a second. */
function soon(task: () => void): void {
  if (document.hidden) setTimeout(task, 250);
  else requestAnimationFrame(task);
}

/**
 * Follows the running answers of a conversation until nothing runs. Pieces are handed on once a frame. A lost connection
 * or piece is made good by asking again from what the page has. The answer ends the following, not the answers.
 */
export function followStream(
  conversationId: string,
  { positions, onDeltas, onEvent, onConnection }: Followed,
): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  let failures = 0;
  let waiting: Delta[] = [];

  const flush = () => {
    if (ended || waiting.length === 0) return;
    const deltas = waiting;
    waiting = [];
    if (!onDeltas(deltas)) open();
  };
  const hear = (event: StreamEvent) => {
    failures = 0;
    if (event.type === "delta") {
      if (waiting.length === 0) soon(flush);
      waiting.push(event);
      return;
    }
    flush();
    if (event.type === "idle") close();
    onEvent(event);
  };
  const open = () => {
    source?.close();
    waiting = [];
    const next = new EventSource(playgroundRoutes.stream(conversationId, positions()));
    source = next;
    next.onopen = () => onConnection(true);
    for (const type of ["turn", "delta", "title", "idle"] as const) {
      next.addEventListener(type, (message) => {
        // Our own server's, typed by the contract; a piece at a time, so no schema runs here.
        if (source === next && !ended) hear(JSON.parse((message as MessageEvent<string>).data) as StreamEvent);
      });
    }
    next.onerror = () => {
      if (source !== next || ended) return;
      next.close();
      onConnection(false);
      timer = setTimeout(open, retryMs[Math.min(failures, retryMs.length - 1)]);
      failures += 1;
    };
  };
  const close = () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  };
  open();
  return close;
}
