import type { AuditRow } from "@lyceum/db";
import { ChevronRight } from "lucide-react";
import { Dot } from "#components/ui/badge.tsx";
import { type Fact, factsOf } from "../details.ts";
import type { AuditWords } from "../words.ts";

/** All facts in one line, as far as it reaches; opened, each on a line of its own. */
export function EntryDetails({ row, words }: { row: AuditRow; words: AuditWords }) {
  const [first, ...rest] = factsOf(row.detail);
  if (first === undefined) return <span className="muted">–</span>;
  if (rest.length === 0 && lengthOf(first) < 60) return <OneFact fact={first} words={words} />;
  return (
    <details className="group">
      <summary className="flex cursor-pointer list-none items-baseline gap-1.5">
        <ChevronRight className="icon icon-sm shrink-0 self-center text-muted group-open:rotate-90" />
        <span className="min-w-0 truncate group-open:whitespace-pre-wrap">
          <OneFact fact={first} words={words} />
          {rest.map((fact) => (
            <span key={fact.path} className="group-open:hidden">
              <Dot />
              <OneFact fact={fact} words={words} />
            </span>
          ))}
        </span>
      </summary>
      <ul className="grid gap-1 pl-5">
        {rest.map((fact) => (
          <li key={fact.path} className="whitespace-pre-wrap">
            <OneFact fact={fact} words={words} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function OneFact({ fact, words }: { fact: Fact; words: AuditWords }) {
  const name = words.field(fact.path);
  return (
    <>
      {name && <span className="muted">{name} </span>}
      {fact.before !== undefined && (
        <>
          <span className="muted">{words.value(fact.path, fact.before)}</span>
          {" → "}
        </>
      )}
      {words.value(fact.path, fact.after)}
    </>
  );
}

function lengthOf(fact: Fact): number {
  return fact.path.length + (fact.before?.length ?? 0) + fact.after.length;
}
