"use client";
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

/** A4 within the margins of print.css, in CSS pixels. */
const PAPER_WIDTH = 703;

/** How wide paper is, while a page is put on it; else null. What is measured for the screen would be cut: nothing is measured anew for paper. */
export function usePaperWidth(): number | null {
  const [isPrinting, setIsPrinting] = useState(false);
  useEffect(() => {
    // At once: the browser takes what stands there when the listener returns.
    const begin = () => flushSync(() => setIsPrinting(true));
    const end = () => setIsPrinting(false);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting ? PAPER_WIDTH : null;
}
