"use client";
import { useEffect, useState } from "react";
import { findItems, type PaletteItem } from "../items.ts";

/** Typing goes on for so long before people are asked for. */
const PAUSE_MS = 200;

/** What was found, and whether it is still being loaded or could not be. */
export interface Found {
  items: PaletteItem[];
  state: "loading" | "ready" | "failed";
}

/** What the palette finds for what was typed. Its list is asked for once for each opening; people as they are typed. */
export function usePaletteItems(typed: string, open: boolean, findsPeople: boolean): Found {
  const [items, setItems] = useState<PaletteItem[]>([]);
  const [people, setPeople] = useState<PaletteItem[]>([]);
  const [state, setState] = useState<Found["state"]>("loading");
  const query = typed.trim();

  useEffect(() => {
    if (!open) return;
    const abort = new AbortController();
    ask("/palette", abort.signal).then(
      (found) => {
        setItems(found);
        setState("ready");
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        console.warn("the palette's list", error);
        setState("failed");
      },
    );
    return () => abort.abort();
  }, [open]);

  useEffect(() => {
    setPeople([]);
    if (!findsPeople || query.length < 2) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask(`/admin/users/find?q=${encodeURIComponent(query)}`, abort.signal).then(setPeople, (error: unknown) => {
        if (!abort.signal.aborted) console.warn("the palette's people", error);
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [findsPeople, query]);

  return { items: [...findItems(items, query), ...people], state };
}

async function ask(url: string, signal: AbortSignal): Promise<PaletteItem[]> {
  const response = await fetch(url, { signal, redirect: "error" });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as PaletteItem[];
}
