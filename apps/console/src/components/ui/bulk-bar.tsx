import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

interface Props {
  /** What it is, for those who don't see it. */
  label: string;
  /** How many are chosen, in words. */
  count: string;
  /** What is told with it. */
  also?: ReactNode;
  /** Beside the count: how to choose more. */
  more?: ReactNode;
  busy?: boolean;
  clearLabel: string;
  onClear: () => void;
  /** The acts. */
  children: ReactNode;
}

/** The bar that comes with the first tick in a list: how many, and what can be done with them. */
export function BulkBarFrame({ label, count, also, more, busy, clearLabel, onClear, children }: Props) {
  return (
    <section className="bulkbar" aria-label={label} aria-busy={busy}>
      <span role="status">
        <b className="strong">{count}</b>
        {also}
      </span>
      {more}
      {/* Parts the count from the acts; on phones, into two lines. */}
      <span className="grow max-md:basis-full" />
      {children}
      <Button variant="ghost" size="sm" icon aria-label={clearLabel} title={clearLabel} onClick={onClear}>
        <X className="icon icon-sm" />
      </Button>
    </section>
  );
}
