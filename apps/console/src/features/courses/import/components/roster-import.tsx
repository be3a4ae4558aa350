"use client";
import type { RosterCounts } from "@lyceum/db";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { type Asking, askingOf } from "#components/form/asking.ts";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { Applied } from "../apply.ts";
import { noChoices, sentChoices, withEdit, withField, withSame } from "../choices.ts";
import { type MoneyChoice, sentMoney, sumMoney } from "../money-sum.ts";
import { sendRoster } from "../send-roster.ts";
import { useExplain, usePreview, type Work } from "../use-preview.ts";
import { ColumnMap } from "./column-map.tsx";
import { DiffLists } from "./diff-lists.tsx";
import { ImportFoot } from "./import-foot.tsx";
import { ImportMoney } from "./import-money.tsx";
import { ImportNotices } from "./import-notices.tsx";
import { ImportResult } from "./import-result.tsx";
import { ListHead } from "./list-head.tsx";
import { RepairRows } from "./repair-rows.tsx";
import { RosterSource } from "./roster-source.tsx";

/** From a list to members of the course, and their money: what it says, what it would change, what it has changed. */
export function RosterImport({
  courseId,
  proposed,
  lastDay,
}: {
  courseId: string;
  /** What the course proposes for each; empty: nothing. */
  proposed: string;
  /** Of the course. */
  lastDay: string;
}) {
  const translate = useTranslations("roster");
  const router = useRouter();
  const explain = useExplain();
  const { source, choices, answer, work, open, choose, close } = usePreview(courseId);
  const [writing, setWriting] = useState<Work | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [done, setDone] = useState<Applied | null>(null);
  const format = useFormat();
  const noMoney = {
    every: "none",
    mode: "top-up-to",
    amount: proposed,
    lastDay,
    reason: translate("moneyReason"),
  } as const;
  const [money, setMoney] = useState<MoneyChoice>(noMoney);
  const facts = answer?.ok ? answer.money : undefined;
  const sum = facts === undefined ? null : sumMoney(money, facts, format.isoDay);

  const unanswered = useRef<Asking | null>(null);
  const apply = async (expected: RosterCounts) => {
    if (source === null || writing !== null) return;
    setWriting({ stage: "sending", rows: 0 });
    setFailure(null);
    try {
      const given = sentMoney(money);
      unanswered.current = askingOf(unanswered.current, given);
      const { id: actId } = unanswered.current;
      const sent = await sendRoster<Applied>(
        ...([
          `/courses/${courseId}/import/apply`,
          source,
          { ...sentChoices(choices), expected, money: given, actId },
        ] as const),
        (stage, rows) => setWriting({ stage, rows }),
      );
      unanswered.current = null;
      if (sent.ok) {
        setDone(sent.result);
        close();
        router.refresh();
      } else setFailure(explain(sent));
    } catch {
      setFailure(translate("unknownOutcome"));
    }
    setWriting(null);
  };
  const start = (next: Parameters<typeof open>[0]) => {
    setDone(null);
    setFailure(null);
    setMoney(noMoney);
    open(next);
  };
  if (source === null) {
    return (
      <div className="grid gap-6">
        {done && <ImportResult courseId={courseId} applied={done} onUndone={() => setDone(null)} />}
        <RosterSource onOpen={start} />
      </div>
    );
  }
  const preview = answer?.ok ? answer.preview : null;
  const file = preview?.file ?? (answer && !answer.ok ? answer.file : undefined);
  return (
    <div className="grid max-w-4xl gap-5">
      <ListHead name={source.name} preview={preview} work={writing ?? work} onClose={close} />
      {answer && !answer.ok && <Notice tone="danger">{answer.message}</Notice>}
      {file && (
        <ColumnMap
          file={file}
          onField={(column, field) => choose(withField(choices, column, field))}
          onSheet={(sheet) => choose({ ...noChoices, sheet, keepMissing: choices.keepMissing })}
          onHeader={(headerRow) => choose({ ...choices, headerRow, fields: new Map() })}
        />
      )}
      {preview && (
        <>
          <RepairRows
            repairs={preview.repairs}
            edits={choices.edits}
            onEdit={(row, edit) => choose(withEdit(choices, row, edit))}
          />
          <ImportNotices preview={preview} onKeepMissing={(keepMissing) => choose({ ...choices, keepMissing })} />
          <DiffLists
            preview={preview}
            said={choices.same}
            onSame={(row, said) => choose(withSame(choices, row, said))}
          />
          {facts && <ImportMoney choice={money} sum={sum} courseLastDay={lastDay} onChange={setMoney} />}
          {failure && (
            <div role="alert">
              <Notice tone="danger">{failure}</Notice>
            </div>
          )}
          <ImportFoot
            preview={preview}
            every={facts ? money.every : "none"}
            money={sum}
            busy={work !== null || writing !== null}
            failed={failure !== null}
            onApply={() => void apply(preview.expected)}
            onAgain={() => {
              setFailure(null);
              choose(choices);
            }}
          />
        </>
      )}
    </div>
  );
}
