"use client";
import { useCallback, useEffect, useState } from "react";
import { takeParkedLink } from "../share/parked-link.ts";
import { sharePrefix } from "../share/share-link.ts";

/** The fragment of a link that was opened, here or before signing in, until it is taken or left; it leaves the address at once, so that a reload asks nothing again. */
export function useReceivedLink(): { fragment: string | null; close: () => void } {
  const [fragment, setFragment] = useState<string | null>(null);
  useEffect(() => {
    const look = () => {
      const parked = takeParkedLink();
      const isHere = location.hash.startsWith(sharePrefix);
      const opened = isHere ? location.hash : parked;
      if (opened !== null) setFragment(opened);
      if (isHere) window.history.replaceState(null, "", location.pathname + location.search);
    };
    look();
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);
  return { fragment, close: useCallback(() => setFragment(null), []) };
}
