"use client";
import type { IssuedCode } from "@lyceum/db";
import { byteOrderMark, csvLine } from "@lyceum/domain";
import { Download, Printer, Ticket } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { issueCodes } from "../actions.ts";
import { saveFile } from "../save-file.ts";

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
  const save = (made: readonly IssuedCode[]) => {
    const head = [translate("field_studentId"), translate("field_name"), translate("code")];
    const lines = made.map(({ studentId, name, code }) => csvLine([studentId, name, code]));
    saveFile(translate("codesName"), `${byteOrderMark}${csvLine(head)}${lines.join("")}`);
  };
  if (codes !== null) {
    return (
      <div className="grid gap-3">
        <p className="small" role="status">
          {translate("codesMade", { count: codes.length })}
        </p>
        <div className="row wrap">
          <Button variant="primary" onClick={() => save(codes)}>
            <Download className="icon" aria-hidden="true" />
            {translate("saveCodes")}
          </Button>
          <Button onClick={() => window.print()}>
            <Printer className="icon" aria-hidden="true" />
            {translate("printCodes")}
          </Button>
          <Button variant="ghost" onClick={() => setCodes(null)}>
            {translate("codesKept")}
          </Button>
        </div>
        <ul className="code-slips">
          {codes.map(({ memberId, studentId, name, code }) => (
            <li key={memberId}>
              <span className="small muted">{courseName}</span>
              <span>
                {studentId} {name}
              </span>
              <code>{code}</code>
              <span className="small muted">{translate("slip")}</span>
            </li>
          ))}
        </ul>
      </div>
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
