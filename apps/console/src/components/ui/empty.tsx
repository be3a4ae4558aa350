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
