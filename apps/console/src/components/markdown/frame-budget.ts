/** How long drawing formulas and colouring code may hold up one frame. */
const budgetMs = 8;

let spentMs = 0;
let scheduled = false;
const waiting = new Set<() => void>();

function run(task: () => void): void {
  const start = performance.now();
  try {
    task();
  } finally {
    spentMs += performance.now() - start;
  }
}

function nextFrame(): void {
  spentMs = 0;
  try {
    for (const task of waiting) {
      if (spentMs >= budgetMs) break;
      waiting.delete(task);
      run(task);
    }
  } finally {
    // A task that throws costs its own drawing, never that of those behind it.
    scheduled = waiting.size > 0;
    if (scheduled) requestNextFrame();
  }
}

/** A tab in the background gets no frames: a timer takes over. */
function requestNextFrame(): void {
  if (document.hidden) setTimeout(nextFrame, 50);
  else requestAnimationFrame(nextFrame);
}

/**
 * Runs the task now if this frame still has time, else in one of the next; the answer cancels it. So an answer with
 * hundreds of formulas opens without holding up the page.
 */
export function withinFrame(task: () => void): () => void {
  if (!scheduled) {
    scheduled = true;
    requestNextFrame();
  }
  if (waiting.size === 0 && spentMs < budgetMs) run(task);
  else waiting.add(task);
  return () => waiting.delete(task);
}
