"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ConversationEntry, ConversationPage } from "../contract.ts";
import { playgroundRoutes } from "../routes.ts";

export interface ChatsStore {
  rows: ConversationEntry[];
  next: string | null;
  total: number;
  query: string;
  /** What was asked for last could not be fetched: the rows are those of before. */
  hasFailed: boolean;
  search: (query: string) => void;
  more: () => void;
  /** Asks for the first page again. */
  reload: () => void;
  setTitle: (id: string, title: string) => void;
}

async function fetchPage(query: string, before?: string): Promise<ConversationPage | null> {
  const reply = await fetch(playgroundRoutes.conversations({ query, before }));
  return reply.ok ? ((await reply.json()) as ConversationPage) : null;
}

const typingMs = 250;

/** The list of conversations beside the open one. What can't be fetched leaves the list as it is, and is said. */
export function useChats(initial: ConversationPage): ChatsStore {
  const [page, setPage] = useState(initial);
  const [query, setQuery] = useState("");
  const [hasFailed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  const latest = useRef(0);
  useEffect(() => {
    if (round === 0) return;
    const mine = ++latest.current;
    const timer = setTimeout(
      async () => {
        const found = await fetchPage(query).catch(() => null);
        if (mine !== latest.current) return;
        setFailed(found === null);
        if (found) setPage(found);
      },
      query === "" ? 0 : typingMs,
    );
    return () => clearTimeout(timer);
  }, [query, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  const search = useCallback(
    (words: string) => {
      setQuery(words);
      reload();
    },
    [reload],
  );
  const more = async () => {
    if (page.next === null) return;
    const mine = latest.current;
    const found = await fetchPage(query, page.next).catch(() => null);
    if (mine !== latest.current) return;
    setFailed(found === null);
    if (found) setPage({ ...found, rows: [...page.rows, ...found.rows] });
  };
  const setTitle = useCallback(
    (id: string, title: string) =>
      setPage((now) => ({ ...now, rows: now.rows.map((row) => (row.id === id ? { ...row, title } : row)) })),
    [],
  );
  return { ...page, query, hasFailed, search, more, reload, setTitle };
}
