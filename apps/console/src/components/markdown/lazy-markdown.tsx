"use client";
import dynamic from "next/dynamic";
import { createContext, useContext } from "react";

const Fallback = createContext("");

/** The words themselves, until the parser is here. */
function Plain() {
  return <div className="md md-plain">{useContext(Fallback)}</div>;
}

const Markdown = dynamic(() => import("./markdown.tsx").then((module) => module.Markdown), {
  ssr: false,
  loading: Plain,
});

/** Markdown whose parser is loaded where it is first seen. */
export function LazyMarkdown({ text, growing }: { text: string; growing?: boolean }) {
  return (
    <Fallback value={text}>
      <Markdown text={text} growing={growing} />
    </Fallback>
  );
}
