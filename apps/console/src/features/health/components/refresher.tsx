"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";

const everyMs = 15_000;

/** Draws the page anew every quarter of a minute while it is seen and nobody types in it; and brings the cell that is open into sight. */
export function Refresher({ cell }: { cell: string | undefined }) {
  const router = useRouter();
  useEffect(() => {
    if (cell !== undefined)
      document.querySelector(".matrix .cell[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [cell]);
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
