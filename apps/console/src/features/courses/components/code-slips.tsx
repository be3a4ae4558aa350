"use client";
import type { IssuedCode } from "@lyceum/db";
import { byteOrderMark, csvLine } from "@lyceum/domain";
import { Download, Printer } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { Button } from "#components/ui/button.tsx";
import { saveFile } from "../import/save-file.ts";

/** Codes just made, to save or to print; they are nowhere else. `children`: how to be done with them. */
export function CodeSlips({
  courseName,
  codes,
  children,
}: {
  courseName: string;
  codes: readonly IssuedCode[];
  children: ReactNode;
}) {
  const translate = useTranslations("roster");
  const save = () => {
    const head = [translate("field_studentId"), translate("field_name"), translate("code")];
    const lines = codes.map(({ studentId, name, code }) => csvLine([studentId, name, code]));
    saveFile(translate("codesName"), `${byteOrderMark}${csvLine(head)}${lines.join("")}`);
  };
  return (
    <div className="grid gap-3">
      <p className="small" role="status">
        {translate("codesMade", { count: codes.length })}
      </p>
      <div className="row wrap">
        <Button variant="primary" onClick={save}>
          <Download className="icon" aria-hidden="true" />
          {translate("saveCodes")}
        </Button>
        <Button onClick={() => window.print()}>
          <Printer className="icon" aria-hidden="true" />
          {translate("printCodes")}
        </Button>
        {children}
      </div>
      <Slips className="code-slips" courseName={courseName} codes={codes} />
      {/* On paper nothing else: no dialog, no frame, no fixed height around it. */}
      {createPortal(<Slips className="print-slips" courseName={courseName} codes={codes} />, document.body)}
    </div>
  );
}

function Slips({
  className,
  courseName,
  codes,
}: {
  className: string;
  courseName: string;
  codes: readonly IssuedCode[];
}) {
  const translate = useTranslations("roster");
  return (
    <ul className={className}>
      {codes.map(({ memberId, studentId, name, code }) => (
        <li key={memberId}>
          <span className="small muted">{courseName}</span>
          <span className="strong">{name}</span>
          <span>
            {translate("field_studentId")} {studentId}
          </span>
          <code>{code}</code>
          <span className="small muted">{translate("slip", { url: `${window.location.origin}/register` })}</span>
        </li>
      ))}
    </ul>
  );
}
