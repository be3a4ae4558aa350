import type { ReactNode } from "react";

interface PageProps {
  title: ReactNode;
  /** One line of facts, never an explanation of what the page is. */
  facts?: ReactNode;
  /** Buttons at the right of the title; at most one is primary. */
  actions?: ReactNode;
  /** A `Sheet` with the detail that is open. */
  sheet?: ReactNode;
  children?: ReactNode;
}

/** Title, facts, actions; then filters; then what the page is for. Every signed-in page is one of these. */
export function Page({ title, facts, actions, sheet, children }: PageProps) {
  return (
    <div className="with-sheet">
      <main className="main" id="main" tabIndex={-1}>
        <div className="page-head">
          <div>
            <h1>{title}</h1>
            {facts && <p>{facts}</p>}
          </div>
          {actions && <div className="row">{actions}</div>}
        </div>
        {children}
      </main>
      {sheet}
    </div>
  );
}

/** A part of a page with its own heading. */
export function Section({
  title,
  facts,
  end,
  children,
}: {
  title: ReactNode;
  facts?: ReactNode;
  end?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {facts && <p>{facts}</p>}
        {end && <div className="end">{end}</div>}
      </div>
      {children}
    </section>
  );
}
