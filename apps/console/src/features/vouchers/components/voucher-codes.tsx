"use client";
import { byteOrderMark, csvLine, formatAmount } from "@lyceum/domain";
import { Download, Printer } from "lucide-react";
import { useTranslations } from "next-intl";
import { createPortal } from "react-dom";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { saveFile } from "#features/courses/import/save-file.ts";
import { useFormat } from "#i18n/format-context.tsx";
import type { MadeVouchers } from "./create-vouchers.tsx";

/** Codes of a batch, this once: copied, saved, printed as slips. Nobody can read them again. */
export function VoucherCodes({ made, onKept }: { made: MadeVouchers; onKept: () => void }) {
  const translate = useTranslations("vouchers");
  const format = useFormat();
  const { codes, amountNanos, note, redeemUntil } = made;
  const until = format.date(redeemUntil);
  const page = `${window.location.origin}/balance`;
  const save = () => {
    const head = [
      translate("code"),
      translate("amount"),
      translate("redeemUntil"),
      translate("note"),
      translate("link"),
    ];
    const lines = codes.map((code) =>
      csvLine([code, formatAmount(amountNanos), format.isoDay(redeemUntil), note, `${page}?voucher=${code}`]),
    );
    saveFile(translate("fileName"), `${byteOrderMark}${csvLine(head)}${lines.join("")}`);
  };
  const slips = codes.map((code) => (
    <li key={code}>
      <span className="small muted">{note}</span>
      <span>{translate("slipWorth", { amount: format.money(amountNanos), until })}</span>
      <code>{code}</code>
      <span className="small muted">{translate("slip", { page })}</span>
    </li>
  ));
  return (
    <section className="grid gap-3" aria-labelledby="codes-once">
      <div role="status">
        <h2 id="codes-once">{translate("made", { count: codes.length })}</h2>
      </div>
      <div className="row wrap">
        <CopyButton variant="primary" text={codes.join("\n")} label={translate("copyAll")} />
        <Button onClick={save}>
          <Download className="icon" aria-hidden="true" />
          {translate("save")}
        </Button>
        <Button onClick={() => window.print()}>
          <Printer className="icon" aria-hidden="true" />
          {translate("print")}
        </Button>
        <Button variant="ghost" onClick={onKept}>
          {translate("kept")}
        </Button>
      </div>
      <ul className="code-slips">{slips}</ul>
      {/* On paper nothing else. */}
      {createPortal(<ul className="print-slips">{slips}</ul>, document.body)}
    </section>
  );
}
