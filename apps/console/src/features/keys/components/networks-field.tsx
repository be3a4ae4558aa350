"use client";
import { ChevronRight, MapPin } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { TextareaField } from "#components/form/fields.tsx";
import { useFieldError } from "#components/form/form.tsx";
import { Button } from "#components/ui/button.tsx";

/** From where a key may be used: one address or network a line. Folded away while there is none. */
export function NetworksField({ networks, presentAddress }: { networks: readonly string[]; presentAddress: string }) {
  const translate = useTranslations("keys");
  const error = useFieldError("networks");
  const [open, setOpen] = useState(networks.length > 0);
  const [text, setText] = useState(networks.join("\n"));
  const lines = text.split("\n").map((line) => line.trim());
  return (
    <details
      className="fold"
      open={open || error !== undefined}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <ChevronRight className="icon icon-sm" />
        {translate("networks")} <span className="unit">{translate("networksFold")}</span>
      </summary>
      <div className="stack gap-2">
        <TextareaField
          name="networks"
          label={translate("networksLabel")}
          hint={translate("networksHint")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={"10.1.0.0/16\n2001:db8::/32"}
          spellCheck={false}
          className="mono-field"
        />
        {presentAddress !== "" && !lines.includes(presentAddress) && (
          <Button
            size="sm"
            className="justify-self-start"
            onClick={() => setText([...lines.filter(Boolean), presentAddress].join("\n"))}
          >
            <MapPin className="icon icon-sm" />
            {translate("addPresentAddress", { address: presentAddress })}
          </Button>
        )}
      </div>
    </details>
  );
}
