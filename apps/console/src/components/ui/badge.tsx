import type { ReactNode } from "react";

/** A short word about a row: 交换, 新. */
export function Badge({ children }: { children: ReactNode }) {
  return <span className="badge">{children}</span>;
}

/** A property with its icon: tools, vision, on campus. */
export function Tag({ icon, children }: { icon?: ReactNode; children: ReactNode }) {
  return (
    <span className="tag">
      {icon}
      {children}
    </span>
  );
}

/** The narrow dot between facts of one line. */
export function Dot() {
  return <span className="sep">·</span>;
}
