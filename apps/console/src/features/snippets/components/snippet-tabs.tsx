"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Dot } from "#components/ui/badge.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { type Asked, askedOnce } from "../asked.ts";
import { ink } from "../ink.ts";
import { type Snippet, type SnippetKind, snippetKinds, snippets } from "../snippets.ts";

/** Colours for more than this (a whole book in a question) cost more than they tell. */
const longestInked = 60_000;

interface SnippetTabsProps {
  /** As clients of OpenAI take it: ends in /v1. */
  baseUrl: string;
  model: string;
  /** What is asked; left out: a question of one sentence. */
  asked?: Asked | undefined;
  /** The whole key, where it may be shown. */
  secret?: string | undefined;
  /** Left out: all. */
  kinds?: readonly SnippetKind[] | undefined;
}

/** The same request for every client, all filled in: first the language, then the library. */
export function SnippetTabs({ baseUrl, model, asked, secret, kinds: wanted = snippetKinds }: SnippetTabsProps) {
  const translate = useTranslations("snippets");
  const reach = { origin: baseUrl.replace(/\/v1$/, ""), key: secret ?? null };
  const all = snippets(asked ?? askedOnce(model, translate("sampleQuestion")), reach);
  const kinds = wanted.filter((kind) => all.some((snippet) => snippet.kind === kind));
  return (
    <Tabs
      label={translate("languages")}
      tabs={kinds.map((kind) => ({
        value: kind,
        label: translate(`kind_${kind}`),
        content: (
          <Choice all={all.filter((snippet) => snippet.kind === kind)} model={model} hasKey={secret !== undefined} />
        ),
      }))}
    />
  );
}

function Choice({ all, model, hasKey }: { all: Snippet[]; model: string; hasKey: boolean }) {
  const translate = useTranslations("snippets");
  const [chosen, setChosen] = useState(all[0]?.id);
  const snippet = all.find(({ id }) => id === chosen) ?? all[0];
  if (snippet === undefined) return null;
  return (
    <div className="stack gap-2">
      {all.length > 1 && (
        <fieldset className="scroller" aria-label={translate("clients")}>
          {all.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              className="chip"
              aria-pressed={id === snippet.id}
              onClick={() => setChosen(id)}
            >
              {label}
            </button>
          ))}
        </fieldset>
      )}
      <CodeBlock
        source={snippet.source}
        title={
          <>
            {snippet.needs}
            <Dot />
            {model}
            <Dot />
            {translate(hasKey ? "keyFilledIn" : "keyFromEnvironment")}
          </>
        }
      >
        {(snippet.source.length > longestInked ? [snippet.source] : ink(snippet.source, snippet.language)).map(
          (piece, place) =>
            typeof piece === "string" ? (
              piece
            ) : (
              <span key={place} className={`c-${piece[0]}`}>
                {piece[1]}
              </span>
            ),
        )}
      </CodeBlock>
      {snippet.leftOut.length > 0 && (
        <p className="small muted">
          {translate("leftOut", { client: snippet.label, names: snippet.leftOut.join(", ") })}
        </p>
      )}
    </div>
  );
}
