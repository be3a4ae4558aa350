import type { ReactNode } from "react";

/** A page that could not be: what happened, and one act. */
export function Problem({
  title,
  children,
  action,
  note,
}: {
  title: ReactNode;
  children: ReactNode;
  action: ReactNode;
  note?: ReactNode;
}) {
  return (
    <main className="main" id="main" tabIndex={-1}>
      <div className="stack max-w-prose py-8">
        <h1>{title}</h1>
        <p>{children}</p>
        {note && <p className="muted small">{note}</p>}
        <div>{action}</div>
      </div>
    </main>
  );
}
