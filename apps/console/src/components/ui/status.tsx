import type { ReactNode } from "react";

const shapes = {
  ok: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  slow: (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" />
    </>
  ),
  warn: <path d="M6 .8 11.6 11H.4z" fill="currentColor" />,
  down: <path d="m2 2 8 8m0-8-8 8" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  paused: <path d="M2.2 1.2h2.8v9.6H2.2zM7 1.2h2.8v9.6H7z" fill="currentColor" />,
  off: <path d="M1.5 6h9" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  none: <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2.2 2.4" />,
} as const;

export type StatusKind = keyof typeof shapes | "wait";

/** A shape and a word, never colour alone: disc, half disc, triangle, cross, bars, bar, dashed ring, pulsing ring. */
export function Status({ kind, children }: { kind: StatusKind; children: ReactNode }) {
  return (
    <span className={`status status-${kind}`}>
      {kind === "wait" ? (
        <span className="pulse" aria-hidden="true" />
      ) : (
        <svg viewBox="0 0 12 12" aria-hidden="true">
          {shapes[kind]}
        </svg>
      )}
      {children}
    </span>
  );
}
