"use client";
import { Download, WrapText } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { withinFrame } from "./frame-budget.ts";
import type { Run } from "./highlight-engine.ts";

type Engine = typeof import("./highlight-engine.ts");

let loading: Promise<Engine> | null = null;

/** The grammars come with the first block of code. */
function loadEngine(): Promise<Engine> {
  loading ??= import("./highlight-engine.ts");
  return loading;
}

const longest = 60_000;

/** What is coloured so far: a prefix of the source. While the code grows it is done anew only each time it grew by a fifth. */
function useRuns(source: string, language: string, growing: boolean): { runs: Run[]; length: number } {
  const [done, setDone] = useState<{ runs: Run[]; source: string }>({ runs: [], source: "" });
  const coloured = useRef(0);
  useEffect(() => {
    if (language === "" || source.length > longest) return;
    if (growing && source.length < coloured.current * 1.2 + 40) return;
    let cancel: () => void = () => undefined;
    let gone = false;
    loadEngine().then(
      ({ highlight }) => {
        if (gone) return;
        cancel = withinFrame(() => {
          coloured.current = source.length;
          setDone({ runs: highlight(source, language), source });
        });
      },
      // Without colours it is still the code.
      () => undefined,
    );
    return () => {
      gone = true;
      cancel();
    };
  }, [source, language, growing]);
  return source.startsWith(done.source) ? { runs: done.runs, length: done.source.length } : { runs: [], length: 0 };
}

const extensions: Record<string, string> = {
  python: "py",
  javascript: "js",
  typescript: "ts",
  bash: "sh",
  shell: "sh",
  latex: "tex",
  markdown: "md",
  matlab: "m",
  julia: "jl",
  fortran: "f90",
  rust: "rs",
  yaml: "yml",
};

function download(source: string, language: string): void {
  const name = language.toLowerCase();
  const extension = extensions[name] ?? (/^[a-z0-9]{1,5}$/.test(name) ? name : "txt");
  const url = URL.createObjectURL(new Blob([`${source}\n`], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `code.${extension}`;
  link.click();
  URL.revokeObjectURL(url);
}

/** A block of code: language, wrap, download, and a copy that equals the source byte for byte. */
export const Code = memo(function Code({
  source,
  language,
  growing,
}: {
  source: string;
  language: string;
  growing: boolean;
}) {
  const translate = useTranslations("ui");
  const [wrap, setWrap] = useState(false);
  const { runs, length } = useRuns(source, language, growing);
  return (
    <div className="code" data-wrap={wrap || undefined}>
      <div className="bar">
        <span className="grow">{language || translate("code")}</span>
        <Button
          variant="ghost"
          size="sm"
          icon
          aria-pressed={wrap}
          aria-label={translate("wrapLines")}
          title={translate("wrapLines")}
          onClick={() => setWrap(!wrap)}
        >
          <WrapText className="icon icon-sm" />
        </Button>
        <Button
          variant="ghost"
          size="sm"
          icon
          aria-label={translate("downloadCode")}
          title={translate("downloadCode")}
          onClick={() => download(source, language)}
        >
          <Download className="icon icon-sm" />
        </Button>
        <CopyButton text={source} data-copy-code="" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also by keyboard */}
      <pre tabIndex={0}>
        <code>
          {runs.map((run, index) =>
            run.kind ? (
              <span key={index} className={`c-${run.kind}`}>
                {run.text}
              </span>
            ) : (
              run.text
            ),
          )}
          {source.slice(length)}
        </code>
      </pre>
    </div>
  );
});
