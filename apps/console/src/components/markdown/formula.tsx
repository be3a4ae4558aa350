"use client";
import { useTranslations } from "next-intl";
import { memo, useLayoutEffect, useRef, useState } from "react";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { withinFrame } from "./frame-budget.ts";

type Draw = typeof import("./katex-engine.ts").drawTex;

let engine: Draw | null = null;
let loading: Promise<Draw> | null = null;

/** KaTeX (77 KB and its fonts) comes with the first formula. */
function loadEngine(): Promise<Draw> {
  loading ??= import("./katex-engine.ts").then(({ drawTex }) => {
    engine = drawTex;
    return drawTex;
  });
  return loading;
}

interface FormulaProps {
  tex: string;
  /** With its delimiters, as the model wrote it: what is copied. */
  raw: string;
  display: boolean;
  /** Still being written. */
  growing: boolean;
}

type State = "source" | "drawn" | "failed";

/** A formula; its source until KaTeX is here, and where KaTeX can't read it. */
export const Formula = memo(function Formula({ tex, raw, display, growing }: FormulaProps) {
  const translate = useTranslations("ui");
  const box = useRef<HTMLSpanElement>(null);
  const [state, setState] = useState<State>("source");
  useLayoutEffect(() => {
    let cancel: () => void = () => undefined;
    let gone = false;
    const draw = (drawTex: Draw) => {
      cancel = withinFrame(() => {
        if (gone || !box.current) return;
        const drawn = drawTex(box.current, tex, display, growing);
        // While it grows, the last state that could be drawn stays in sight.
        if (drawn) setState("drawn");
        else if (!growing) setState("failed");
      });
    };
    if (engine) draw(engine);
    else loadEngine().then(draw, () => setState("failed"));
    return () => {
      gone = true;
      cancel();
    };
  }, [tex, display, growing]);

  const source = state === "failed" || (state === "source" && !growing);
  return (
    <span className={display ? "tex tex-display" : "tex"}>
      <span ref={box} className="tex-drawn" hidden={state !== "drawn"} tabIndex={display ? 0 : undefined} />
      {source && <code className="tex-source">{raw}</code>}
      {state === "source" && growing && <span className="tex-waiting" aria-hidden="true" />}
      {display && state === "drawn" && !growing && (
        <CopyButton text={raw} compact label={translate("copyTex")} className="tex-copy" />
      )}
    </span>
  );
});
