"use client";
import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { BulkBarFrame } from "#components/ui/bulk-bar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { BulkDialog, type BulkKind } from "./bulk-dialog.tsx";
import type { RedirectChoice } from "./retire-model.tsx";
import { useModelSelection } from "./selection.tsx";

interface Props {
  /** Every model that matches the filters. */
  shown: { id: string; name: string }[];
  groups: { id: string; name: string }[];
  redirects: RedirectChoice[];
}

const menu = [
  ["open", "bulkOpen"],
  ["close", "bulkClose"],
  ["price", "bulkPrice"],
  ["factor", "bulkFactor"],
  ["capabilities", "bulkCapabilities"],
  ["reject", "bulkReject"],
  ["restore", "bulkRestore"],
] as const;

/** The acts on every model ticked; it appears with the first tick. */
export function ModelBulkBar({ shown, groups, redirects }: Props) {
  const translate = useTranslations("models");
  const { chosen, change, clear } = useModelSelection();
  const [open, setOpen] = useState<BulkKind | null>(null);
  const models = [...chosen.values()];
  if (models.length === 0) return null;
  const show = (kind: BulkKind) => () => setOpen(kind);
  return (
    <>
      <BulkBarFrame
        label={translate("bulk")}
        count={translate("chosen", { count: models.length })}
        more={
          models.length < shown.length && (
            <Button variant="ghost" size="sm" onClick={() => change(shown, true)}>
              {translate("chooseMatching", { count: shown.length })}
            </Button>
          )
        }
        clearLabel={translate("clear")}
        onClear={clear}
      >
        <Button size="sm" onClick={show("pause")}>
          {translate("pause")}
        </Button>
        <Button size="sm" onClick={show("resume")}>
          {translate("bulkResume")}
        </Button>
        <Menu
          trigger={
            <Button size="sm">
              <Ellipsis className="icon icon-sm" />
              {translate("more")}
            </Button>
          }
        >
          {menu.map(([kind, label]) => (
            <MenuItem key={kind} onSelect={show(kind)}>
              {translate(label)}
            </MenuItem>
          ))}
          <MenuItem danger onSelect={show("retire")}>
            {translate("bulkRetire")}
          </MenuItem>
        </Menu>
      </BulkBarFrame>
      {open !== null && (
        <BulkDialog
          kind={open}
          modelIds={models.map(({ id }) => id)}
          groups={groups}
          redirects={redirects.filter(({ id }) => !chosen.has(id))}
          onClose={() => setOpen(null)}
          onDone={clear}
        />
      )}
    </>
  );
}
