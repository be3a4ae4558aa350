"use client";
import { type ReactNode, useEffect, useRef } from "react";

/** Tabs that are pages. Where they are wider than the window, the one that is open is in sight. */
export function TabLinks({ label, current, children }: { label: string; current?: string; children: ReactNode }) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const nav = ref.current;
    const here = current === undefined ? null : nav?.querySelector("[aria-current=page]");
    if (!nav || !here) return;
    const [frame, tab] = [nav.getBoundingClientRect(), here.getBoundingClientRect()];
    nav.scrollLeft += tab.left - frame.left - (frame.width - tab.width) / 2;
  }, [current]);
  return (
    <nav ref={ref} className="tabs mb-4" aria-label={label}>
      {children}
    </nav>
  );
}
