"use client";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";

/** Every page is below them. */
const homes = ["/", "/admin"];

/** A link that knows whether its page, or one below it, is shown; it closes the menu it stands in. */
export function NavLink({ href, className, children }: { href: string; className?: string; children: ReactNode }) {
  const pathname = usePathname();
  const current = pathname === href || (!homes.includes(href) && pathname.startsWith(`${href}/`));
  return (
    <Link
      href={href}
      className={className}
      aria-current={current ? "page" : undefined}
      onClick={(event) => event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover()}
    >
      {children}
    </Link>
  );
}
