import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";

/**
 * Source code with its copy button. `children` may colour it with c-k (keyword), c-s (string), c-c (comment) and c-n
 * (number); what is copied is `source`.
 */
export function CodeBlock({ source, title, children }: { source: string; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="code">
      <div className="bar">
        <span className="grow">{title}</span>
        <CopyButton text={source} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also by keyboard */}
      <pre tabIndex={0}>{children ?? source}</pre>
    </div>
  );
}

/** One line to copy: a base URL, an id. */
export function CopyLine({ label, text }: { label?: ReactNode; text: string }) {
  return (
    <div className="copyline">
      {label && <span className="muted small">{label}</span>}
      <code>{text}</code>
      <CopyButton text={text} compact />
    </div>
  );
}
