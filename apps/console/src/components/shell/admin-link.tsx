import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";
import { getSession } from "#server/session.ts";

/** A link to an administrator's page; for an auditor, who has no such page, only its words. */
export async function AdminLink({ href, children }: { href: string; children: ReactNode }) {
  const user = await getSession();
  if (user?.role !== "admin") return children;
  return (
    // Among words a link is told by more than its colour.
    <Link className="underline underline-offset-3" href={href}>
      {children}
    </Link>
  );
}
