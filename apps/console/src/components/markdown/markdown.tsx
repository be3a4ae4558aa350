"use client";
import { useRef } from "react";
import { advance, nothing, type Progress } from "./incremental.ts";
import { Blocks } from "./render.tsx";

/**
 * Markdown of a model as elements: no HTML of its own, no image from elsewhere. While `growing`, only the last block is
 * parsed and drawn anew. Load it by `LazyMarkdown`.
 */
export function Markdown({ text, growing = false }: { text: string; growing?: boolean }) {
  const progress = useRef<{ text: string; growing: boolean; value: Progress }>({
    text: "",
    growing: true,
    value: nothing,
  });
  if (progress.current.text !== text || progress.current.growing !== growing) {
    // A cache, not state: the same text gives the same blocks whatever was parsed before.
    progress.current = { text, growing, value: advance(progress.current.value, text, growing) };
  }
  const { settled, open } = progress.current.value;
  return <Blocks settled={settled} open={open} />;
}
