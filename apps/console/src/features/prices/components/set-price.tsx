"use client";
import type { Price, PriceClass } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { setPrice } from "../actions.ts";
import {
  amountOf,
  amountProblem,
  fallbacks,
  type PriceText,
  priceClasses,
  priceText,
  suspicion,
} from "../price-fields.ts";
import { type GroupFactor, PriceExample } from "./price-example.tsx";

interface Props {
  model: { id: string; name: string };
  price: Price | null;
  groups: GroupFactor[];
}

/** The button that prices a model, with its dialog; the primary act of a model without a price. */
export function SetPrice({ model, price, groups }: Props) {
  const translate = useTranslations("prices");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("setTitle", { name: model.name })}
      description={translate("setFacts", { version: (price?.version ?? 0) + 1 })}
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={<Button variant={price ? undefined : "primary"}>{translate(price ? "change" : "set")}</Button>}
    >
      <PriceForm model={model} price={price} groups={groups} close={() => setOpen(false)} />
    </Dialog>
  );
}

function PriceForm({ model, price, groups, close }: Props & { close: () => void }) {
  const translate = useTranslations("prices");
  const format = useFormat();
  const toast = useToast();
  const [text, setText] = useState<PriceText>(priceText(price));
  const [left, setLeft] = useState<ReadonlySet<PriceClass>>(new Set());
  const form = useActionForm(setPrice, {
    toInput: () => ({ modelId: model.id, ...text }),
    onSuccess: ({ version, inForce }) => {
      const told = translate("done", { name: model.name, version });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      close();
    },
  });
  const hint = (of: PriceClass) => {
    if (of === "input" || of === "output") return undefined;
    if (of === "request") return translate("requestHint");
    const fallback = fallbacks[of];
    const nanos = amountOf(text[fallback]);
    const amount = nanos === null ? "" : format.unitPrice(nanos);
    return translate(fallback === "input" ? "fallsToInput" : "fallsToOutput", { amount });
  };
  // An error appears on leaving a field and goes as soon as the text is right; "" silences the one that was sent back.
  const error = (of: PriceClass) => {
    const refused = form.errors[of] !== undefined;
    if (!refused && !left.has(of)) return undefined;
    const problem = amountProblem(of, text[of]);
    if (problem !== null) return translate(problem);
    return refused ? "" : undefined;
  };
  const doubt = suspicion(text, price);
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <DialogFoot>
          <DialogClose>{translate("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate("save")}</SubmitButton>
        </DialogFoot>
      }
    >
      <div className="grid grid-cols-2 gap-3">
        {priceClasses.map((of) => (
          <TextField
            key={of}
            name={of}
            label={translate(of)}
            hint={hint(of)}
            error={error(of)}
            onBlur={() => text[of].trim() !== "" && setLeft(new Set([...left, of]))}
            lead={<span className="muted">{format.symbol}</span>}
            unit={translate(of === "request" ? "perRequest" : "perMillion")}
            inputMode="decimal"
            value={text[of]}
            onChange={(event) => setText({ ...text, [of]: event.target.value })}
          />
        ))}
      </div>
      <PriceExample text={text} groups={groups} />
      {doubt && <Notice tone="warning">{translate(doubt)}</Notice>}
    </Form>
  );
}
