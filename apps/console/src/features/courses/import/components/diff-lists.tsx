"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { RosterPreview } from "../preview.ts";
import { DiffLine } from "./diff-line.tsx";

/** Lines that are drawn at first, and with each press of "more". */
const PART = 12;

const kinds = ["new", "changed", "gone", "known"] as const;
type Kind = (typeof kinds)[number];
const marks: Record<Kind, string> = { new: "＋", changed: "△", gone: "−", known: "=" };

/** Four counts, each of which opens its list. */
export function DiffLists({
  preview,
  said,
  onSame,
}: {
  preview: RosterPreview;
  said: ReadonlyMap<number, "same" | "other">;
  onSame: (row: number, said: "same" | "other" | null) => void;
}) {
  const translate = useTranslations("roster");
  const [chosen, setChosen] = useState<Kind | null>(null);
  const [shown, setShown] = useState(PART);
  const kind = chosen ?? kinds.find((each) => preview[each].length > 0) ?? "new";
  const list = preview[kind];
  return (
    <section aria-label={translate("difference")}>
      <div className="diff-counts">
        {kinds.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === kind}
            onClick={() => {
              setChosen(each);
              setShown(PART);
            }}
          >
            <b>{preview[each].length}</b>
            <span>
              <span aria-hidden="true">{marks[each]}</span> {translate(`kind_${each}`)}
            </span>
          </button>
        ))}
      </div>
      {list.length === 0 ? (
        <p className="small muted py-2">{translate("nobody")}</p>
      ) : (
        <ul className="diff">
          {list.slice(0, shown).map((person) => (
            <DiffLine
              key={`${person.row ?? ""} ${person.studentId}`}
              mark={marks[kind]}
              kind={kind}
              person={person}
              said={person.row === null ? undefined : said.get(person.row)}
              onSame={onSame}
            />
          ))}
        </ul>
      )}
      {list.length > shown && (
        <Button size="sm" variant="ghost" className="mt-1" onClick={() => setShown(shown + 20 * PART)}>
          {translate("more", { count: list.length - shown })}
        </Button>
      )}
    </section>
  );
}
