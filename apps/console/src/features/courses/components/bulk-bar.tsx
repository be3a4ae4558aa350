"use client";
import type { AllowanceMode } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { BulkBarFrame } from "#components/ui/bulk-bar.tsx";
import { Button } from "#components/ui/button.tsx";
import { chooseAllMembers } from "../actions.ts";
import { AllowanceDialog } from "./allowance-dialog.tsx";
import { ChosenCodes } from "./chosen-codes.tsx";
import { FundDialog, type FundedCourse } from "./fund-dialog.tsx";
import { useSelection } from "./selection.tsx";

/** The acts on everybody ticked; it appears with the first tick. `view` is the page's filter, for "select all". */
export function BulkBar({
  course,
  total,
  view,
}: {
  course: FundedCourse & { name: string };
  total: number;
  view: Record<string, string>;
}) {
  const translate = useTranslations("courses");
  const { chosen, change, clear } = useSelection();
  const [mode, setMode] = useState<AllowanceMode | "regularly" | null>(null);
  const [isIssuing, setIssuing] = useState(false);
  const { act, pending } = useAct();
  const members = [...chosen.values()];
  const everybody = () =>
    act(
      () => chooseAllMembers({ courseId: course.id, view }),
      (found) => {
        change(found, true);
        return undefined;
      },
    );
  if (members.length === 0) return null;
  return (
    <>
      <BulkBarFrame
        label={translate("bulk")}
        count={translate("chosen", { count: members.length })}
        also={<span className="muted">{translate("matching", { count: total })}</span>}
        more={
          members.length < total && (
            <Button variant="ghost" size="sm" onClick={everybody} aria-disabled={pending}>
              {translate("chooseAll")}
            </Button>
          )
        }
        busy={pending}
        clearLabel={translate("clear")}
        onClear={clear}
      >
        <Button variant="primary" size="sm" onClick={() => setMode("add")}>
          {translate("mode.add")}
        </Button>
        <Button size="sm" onClick={() => setMode("top-up-to")}>
          {translate("mode.top-up-to")}
        </Button>
        <Button size="sm" onClick={() => setMode("set-to")}>
          {translate("mode.set-to")}
        </Button>
        <Button size="sm" onClick={() => setMode("regularly")}>
          {translate("regularly")}
        </Button>
        <Button size="sm" onClick={() => setIssuing(true)}>
          {translate("issueCode")}
        </Button>
      </BulkBarFrame>
      {isIssuing && <ChosenCodes course={course} members={members} onClose={() => setIssuing(false)} />}
      {mode === "regularly" && (
        <AllowanceDialog
          course={course}
          memberIds={members.map((member) => member.id)}
          onClose={() => setMode(null)}
          onDone={clear}
        />
      )}
      {mode && mode !== "regularly" && (
        <FundDialog course={course} initialMode={mode} members={members} onClose={() => setMode(null)} onDone={clear} />
      )}
    </>
  );
}
