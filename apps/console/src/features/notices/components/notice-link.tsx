"use client";
import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";
import { mark } from "../actions.ts";

/** Leads to where one can act on it; whoever follows it has read it. */
export function NoticeLink({
  id,
  href,
  isRead,
  children,
}: {
  id: string;
  href: string;
  isRead: boolean;
  children: ReactNode;
}) {
  return (
    <Link href={href} className={isRead ? "" : "strong"} onClick={() => !isRead && void mark({ id, read: true })}>
      {children}
    </Link>
  );
}
