"use client";
import { useEffect, useRef } from "react";
import { noteSeen } from "../actions.ts";

/** Tells that the note of this moment was seen: by a browser that shows it, not by one that only fetched it beforehand. */
export function NoteSeen({ at }: { at: string }) {
  // Telling draws the page anew, which is no other look.
  const isTold = useRef(false);
  useEffect(() => {
    const tell = () => {
      if (document.hidden || isTold.current) return;
      isTold.current = true;
      // Where this doesn't arrive the next note begins earlier, and nothing is missed.
      noteSeen({ at }).catch(() => undefined);
    };
    document.addEventListener("visibilitychange", tell);
    tell();
    return () => document.removeEventListener("visibilitychange", tell);
  }, [at]);
  return null;
}
