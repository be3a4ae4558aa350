"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";

const everyMs = 15_000;

/** Draws the page anew every quarter of a minute while it is seen and nobody types in it. */
export function Refresher() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      const isBusy =
        document.activeElement?.matches("input, textarea, select") ||
        document.querySelector("[role=dialog]:not([popover])");
      if (!document.hidden && !isBusy) router.refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
