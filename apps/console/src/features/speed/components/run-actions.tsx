import type { SpeedRunRow } from "@lyceum/db";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { buttonClass } from "#components/ui/button.tsx";
import { ShareRun } from "./share-run.tsx";

/** What can be done with a result. `query` names it; only its owner shares it. */
export function RunActions({ run, query, isOwner }: { run: SpeedRunRow; query: string; isOwner: boolean }) {
  const translate = useTranslations("speed");
  return (
    <span className="row wrap">
      {(["csv", "json"] as const).map((format) => (
        // A plain link: the router would fetch it as a page.
        <a
          key={format}
          className={buttonClass({ size: "sm" })}
          href={`/speed/export?${query}&format=${format}`}
          download
        >
          <Download className="icon icon-sm" />
          {translate(format === "csv" ? "exportCsv" : "exportJson")}
        </a>
      ))}
      {isOwner && <ShareRun runId={run.id} isShared={run.shareId !== null} />}
    </span>
  );
}
