"use client";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Problem } from "./problem.tsx";

/** What a page shows instead of itself when it threw; `digest` finds the entry in the log. */
export function PageError({ digest, retry }: { digest: string | undefined; retry: () => void }) {
  const translate = useTranslations("ui");
  return (
    <Problem
      title={translate("errorTitle")}
      note={digest && translate("reference", { digest })}
      action={<Button onClick={retry}>{translate("retry")}</Button>}
    >
      {translate("errorBody")}
    </Problem>
  );
}
