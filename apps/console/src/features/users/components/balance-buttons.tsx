"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { AmountDialog } from "./amount-dialog.tsx";
import type { Chosen } from "./selection.tsx";

export function BalanceButtons({ person }: { person: Chosen }) {
  const translate = useTranslations("users");
  const [mode, setMode] = useState<"add" | "set" | null>(null);
  return (
    <span className="row">
      <Button size="sm" onClick={() => setMode("add")}>
        {translate("add")}
      </Button>
      <Button size="sm" onClick={() => setMode("set")}>
        {translate("setTo")}
      </Button>
      {mode && <AmountDialog mode={mode} people={[person]} onClose={() => setMode(null)} />}
    </span>
  );
}
