"use client";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { GroupDialog } from "./group-dialog.tsx";

export function CreateGroupButton() {
  const translate = useTranslations("groups");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Plus className="icon" />
        {translate("create")}
      </Button>
      {open && <GroupDialog onClose={() => setOpen(false)} />}
    </>
  );
}
