"use client";
import dynamic from "next/dynamic";
import { useEffect, useRef, useState } from "react";
import type { StackedBarsProps } from "./stacked-bars.tsx";

/** Of the true height, so that nothing below moves when the chart comes; plain at first, since most charts come within 300 ms. */
function Room() {
  return <div className="skeleton bars-room" aria-hidden="true" />;
}

const Chart = dynamic(() => import("./stacked-bars.tsx").then((module) => module.StackedBars), {
  ssr: false,
  loading: Room,
});

/** StackedBars, whose library (100 KB) is loaded only when the figure comes into sight. */
export function LazyStackedBars(props: StackedBarsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!box.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
      },
      { rootMargin: "200px" },
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return <div ref={box}>{seen ? <Chart {...props} /> : <Room />}</div>;
}
