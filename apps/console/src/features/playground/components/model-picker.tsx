"use client";
import { ChevronDown, Columns2, Layers } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFoot } from "#components/ui/dialog.tsx";
import { playgroundLimits } from "../routes.ts";
import { useDesk } from "./desk.tsx";
import { ModelList } from "./model-list.tsx";

/** Which model is asked next; with "compare" up to three at once. */
export function ModelPicker() {
  const translate = useTranslations("playground");
  const { chosen, choose } = useDesk();
  const [isOpen, setOpen] = useState(false);
  const [compares, setCompares] = useState(chosen.length > 1);
  const most = playgroundLimits.comparedModels;
  const pick = (name: string) => {
    if (!compares) {
      choose([name]);
      setOpen(false);
    } else if (chosen.includes(name)) {
      if (chosen.length > 1) choose(chosen.filter((each) => each !== name));
    } else choose([...chosen, name].slice(-most));
  };
  const toggle = () => {
    setCompares(!compares);
    if (compares) choose(chosen.slice(0, 1));
  };
  const label = chosen.length > 1 ? translate("comparing", { count: chosen.length }) : chosen[0];
  return (
    <Dialog
      open={isOpen}
      onOpenChange={setOpen}
      title={translate("chooseModel")}
      trigger={
        <Button variant="ghost" size="sm" id="model-picker" className="model-picker" title={chosen.join(", ")}>
          {chosen.length > 1 ? <Columns2 className="icon icon-sm" /> : <Layers className="icon icon-sm" />}
          <span className="model-picker-name">{label ?? translate("chooseModel")}</span>
          <ChevronDown className="icon icon-sm" />
        </Button>
      }
    >
      <DialogBody>
        <label className="row">
          <input type="checkbox" className="check" checked={compares} onChange={toggle} />
          {translate("compareUpTo", { most })}
        </label>
        <ModelList chosen={chosen} pick={pick} />
      </DialogBody>
      {compares && (
        <DialogFoot>
          <Button variant="primary" onClick={() => setOpen(false)}>
            {translate("compareThese", { count: chosen.length })}
          </Button>
        </DialogFoot>
      )}
    </Dialog>
  );
}
