import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";

interface TableProps {
  /** Number and sentence of the caption: 表 1 5 把密钥. */
  number?: number;
  caption?: ReactNode;
  captionAbove?: boolean;
  /** Name for screen readers where there is no caption. */
  label?: string;
  className?: string;
  /** thead, tbody, tfoot. */
  children: ReactNode;
}

/** Rules as in print; scrolls sideways inside itself and never pushes the page. */
export function Table({ number, caption, captionAbove, label, className = "", children }: TableProps) {
  const words = caption && (
    <Caption kind="table" number={number} above={captionAbove}>
      {caption}
    </Caption>
  );
  return (
    <div className={className}>
      {captionAbove && words}
      <section
        className="table-wrap"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
        tabIndex={0}
        aria-label={label ?? (typeof caption === "string" ? caption : undefined)}
      >
        <table className="table">{children}</table>
      </section>
      {!captionAbove && words}
    </div>
  );
}

/** 图 1 / 表 1 and what counts, the period, what a gap means. */
export function Caption({
  kind,
  number,
  above,
  children,
}: {
  kind: "table" | "figure";
  number?: number;
  above?: boolean;
  children: ReactNode;
}) {
  const translate = useTranslations("ui");
  return (
    <p className={`caption ${above ? "above" : "mt-2"}`}>
      {number !== undefined && <b>{translate(kind, { number })}</b>}
      {children}
    </p>
  );
}

interface SortHeadProps {
  /** Address that sorts by this column, or turns its direction. */
  href: string;
  /** Undefined: the table is sorted by another column. */
  direction?: "ascending" | "descending";
  numeric?: boolean;
  /** Quantity, and its unit: 费用 / ¥. */
  unit?: ReactNode;
  children: ReactNode;
}

/** A column head that sorts by its link, with the arrow of the present order. */
export function SortHead({ href, direction, numeric, unit, children }: SortHeadProps) {
  const Arrow = direction === "ascending" ? ArrowUp : ArrowDown;
  return (
    <th scope="col" className={numeric ? "num" : undefined} aria-sort={direction ?? "none"}>
      <Link href={href} scroll={false}>
        {children}
        {unit && <Unit>{unit}</Unit>}
        {direction && <Arrow className="icon ml-1" />}
      </Link>
    </th>
  );
}

/** A plain column head. */
export function Head({ numeric, unit, children }: { numeric?: boolean; unit?: ReactNode; children?: ReactNode }) {
  return (
    <th scope="col" className={numeric ? "num" : undefined}>
      {children}
      {unit && <Unit>{unit}</Unit>}
    </th>
  );
}

/** The unit after a quantity, as physics writes it: quantity / unit. */
export function Unit({ children }: { children: ReactNode }) {
  return <span className="unit"> / {children}</span>;
}
