"use client";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { LazyMarkdown } from "#components/markdown/lazy-markdown.tsx";
import type { TurnView } from "../contract.ts";
import { AnswerActs } from "./answer-acts.tsx";
import { AnswerError } from "./answer-error.tsx";
import { Adjustments, AnswerFacts } from "./answer-facts.tsx";
import { BranchSwitch } from "./branch-switch.tsx";
import { useDesk } from "./desk.tsx";
import { Thinking } from "./thinking.tsx";
import { TurnEditor } from "./turn-editor.tsx";
import { useTurnActs } from "./use-turn-acts.ts";

interface AnswerProps {
  parts: TurnView[];
  isLast: boolean;
}

/** An answer with all that continued it. `parts` may be a new list each time: the turns in it are compared. */
export const Answer = memo(function Answer({ parts, isLast }: AnswerProps) {
  const first = parts[0];
  const last = parts.at(-1);
  if (!first || !last) return null;
  return (
    <article className="turn answer" data-turn={last.id} data-state={last.state}>
      <div className="who">
        <code>{first.answer?.model}</code>
        <BranchSwitch turn={first} />
      </div>
      {parts.map((turn) => (
        <AnswerPart key={turn.id} turn={turn} isLast={isLast && turn === last} />
      ))}
    </article>
  );
}, isSame);

function isSame(a: AnswerProps, b: AnswerProps): boolean {
  return (
    a.isLast === b.isLast && a.parts.length === b.parts.length && a.parts.every((turn, at) => turn === b.parts[at])
  );
}

const AnswerPart = memo(function AnswerPart({ turn, isLast }: { turn: TurnView; isLast: boolean }) {
  const translate = useTranslations("playground");
  const acts = useTurnActs();
  const [isEditing, setEditing] = useState(false);
  const isRunning = turn.state === "running";
  if (isEditing) {
    const save = (text: string) => acts.edit(turn.id, text, false);
    return <TurnEditor text={turn.text} canRerun={false} save={save} close={() => setEditing(false)} />;
  }
  return (
    <>
      {turn.thinking !== "" && <Thinking turn={turn} />}
      {isRunning && turn.text === "" && turn.thinking === "" && <Waiting />}
      {turn.text !== "" && <LazyMarkdown text={turn.text} growing={isRunning} />}
      {turn.answer?.error && <Problem turn={turn} />}
      {turn.answer && <Adjustments facts={turn.answer} />}
      {!isRunning && (
        <div className="turn-foot">
          {turn.state === "stopped" && <span className="strong">{translate("stopped")}</span>}
          {turn.state === "interrupted" && <span className="strong">{translate("interrupted")}</span>}
          {turn.answer?.finishReason === "length" && <span className="strong">{translate("cutByLength")}</span>}
          {turn.isEdited && <span>{translate("edited")}</span>}
          {turn.answer && <AnswerFacts facts={turn.answer} />}
          <AnswerActs turn={turn} acts={acts} isLast={isLast} edit={() => setEditing(true)} />
        </div>
      )}
    </>
  );
});

/** Nothing has come yet: plainly different from the first word. */
function Waiting() {
  const translate = useTranslations("playground");
  return (
    <p className="waiting">
      <span className="pulse" aria-hidden="true" />
      {translate("waiting")}
    </p>
  );
}

function Problem({ turn }: { turn: TurnView }) {
  const acts = useTurnActs();
  const { choose, chosen } = useDesk();
  const error = turn.answer?.error;
  if (!error) return null;
  const open = (id: string) => document.getElementById(id)?.click();
  return (
    <AnswerError
      error={error}
      acts={{
        retry: () => acts.regenerate(turn.id),
        resume: () => acts.resume(turn.id),
        otherModel: () => {
          choose(chosen.slice(0, 1));
          open("model-picker");
        },
        parameters: () => open("parameters-button"),
        shorten: () => acts.clearContext(),
      }}
    />
  );
}
