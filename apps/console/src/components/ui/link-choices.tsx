import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";

interface LinkChoice {
  href: string;
  label: ReactNode;
  current: boolean;
}

/** Two to four ways to see the same thing, as addresses: by day or hour, cards or table. */
export function Segmented({ links, label }: { links: LinkChoice[]; label: string }) {
  return (
    <nav className="segmented" aria-label={label}>
      {links.map(({ href, label: text, current }) => (
        <Link key={href} href={href} aria-current={current ? "true" : undefined} scroll={false}>
          {text}
        </Link>
      ))}
    </nav>
  );
}

/** One filter of a row of filters (put them in `.scroller`); pressing a current one should lead to the page without it. */
export function ChipLink({
  href,
  current,
  icon,
  children,
}: {
  href: string;
  current: boolean;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Link className="chip" href={href} aria-current={current ? "true" : undefined} scroll={false}>
      {icon}
      {children}
    </Link>
  );
}
