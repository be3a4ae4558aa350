import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { type Snippet, snippets, sourceOf } from "../snippets.ts";

interface SnippetTabsProps {
  baseUrl: string;
  model: string;
  /** The whole key, where it may be shown. */
  secret?: string | undefined;
}

/** One request in curl, Python and JavaScript, all filled in. */
export function SnippetTabs({ baseUrl, model, secret }: SnippetTabsProps) {
  const translate = useTranslations("keys");
  const all = snippets({ baseUrl, model, key: secret ?? null, question: translate("sampleQuestion") });
  const title = (snippet: Snippet) => (
    <>
      {snippet.needs}
      <Dot />
      {model}
      <Dot />
      {translate(secret ? "keyFilledIn" : "keyFromEnvironment")}
    </>
  );
  return (
    <Tabs
      label={translate("languages")}
      tabs={all.map((snippet) => ({
        value: snippet.id,
        label: snippet.label,
        content: (
          <CodeBlock source={sourceOf(snippet)} title={title(snippet)}>
            <Ink snippet={snippet} />
          </CodeBlock>
        ),
      }))}
    />
  );
}

function Ink({ snippet }: { snippet: Snippet }) {
  return snippet.pieces.map((piece, place) =>
    typeof piece === "string" ? (
      piece
    ) : (
      <span key={place} className={`c-${piece[0]}`}>
        {piece[1]}
      </span>
    ),
  );
}
