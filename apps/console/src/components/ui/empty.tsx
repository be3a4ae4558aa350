import type { ReactNode } from "react";

/** One sentence and the next act, where the content would be. */
export function Empty({ action, children }: { action?: ReactNode; children: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action && <div>{action}</div>}
    </div>
  );
}

/** Rows of the true height while a list loads; invisible for the first 300 ms. */
export function Skeleton({ rows = 1, height = "var(--height-row)" }: { rows?: number; height?: string }) {
  return (
    <div className="grid gap-2" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="skeleton" style={{ height }} />
      ))}
    </div>
  );
}
