"use client";
import type { IssuedCode } from "@lyceum/db";
import { Ticket } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { CodeSlips } from "../../components/code-slips.tsx";
import { issueCodes } from "../actions.ts";

/** Codes for those who haven't proven their student ID: made once, printed as slips or saved, then gone. */
export function ActivationCodes({
  courseId,
  courseName,
  counts: { withCode, withoutCode },
}: {
  courseId: string;
  courseName: string;
  counts: { withCode: number; withoutCode: number };
}) {
  const translate = useTranslations("roster");
  const { act, pending } = useAct();
  const [codes, setCodes] = useState<IssuedCode[] | null>(null);
  const issue = (onlyMissing: boolean) =>
    act(
      () => issueCodes({ courseId, onlyMissing }),
      (made) => {
        setCodes(made);
        return undefined;
      },
    );
  if (codes !== null) {
    return (
      <CodeSlips courseName={courseName} codes={codes}>
        <Button variant="ghost" onClick={() => setCodes(null)}>
          {translate("codesKept")}
        </Button>
      </CodeSlips>
    );
  }
  return (
    <div className="grid justify-items-start gap-2">
      <p className="small muted">
        {withoutCode + withCode === 0 ? translate("allProven") : translate("unproven", { withoutCode, withCode })}
      </p>
      <div className="row wrap">
        {withoutCode > 0 && (
          <Button disabled={pending} onClick={() => issue(true)}>
            <Ticket className="icon" aria-hidden="true" />
            {translate("makeCodes", { count: withoutCode })}
          </Button>
        )}
        {withCode > 0 && (
          <Button variant="ghost" disabled={pending} onClick={() => issue(false)}>
            {translate("makeAllCodes", { count: withoutCode + withCode })}
          </Button>
        )}
      </div>
    </div>
  );
}
