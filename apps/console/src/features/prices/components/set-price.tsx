"use client";
import type { Price } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { setPrice } from "../actions.ts";
import { type PriceText, priceClasses, priceText, suspicion } from "../price-fields.ts";
import { type TierText, tierTexts } from "../tier-fields.ts";
import { ClassFields } from "./class-fields.tsx";
import { type GroupFactor, PriceExample } from "./price-example.tsx";
import { TierFields } from "./tier-fields.tsx";

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
  const toast = useToast();
  const [text, setText] = useState<PriceText>(priceText(price));
  const [tiers, setTiers] = useState<TierText[]>(tierTexts(price));
  const form = useActionForm(setPrice, {
    toInput: () => ({ modelId: model.id, ...text, tiers: tiers.map(({ key: _, ...tier }) => tier) }),
    onSuccess: ({ version, inForce }) => {
      const told = translate("done", { name: model.name, version });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      close();
    },
  });
  const doubt = suspicion(text, price, tiers);
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
      <ClassFields
        prefix=""
        classes={priceClasses}
        text={text}
        onChange={(of, typed) => setText({ ...text, [of]: typed })}
      />
      <TierFields tiers={tiers} base={text} onChange={setTiers} />
      <PriceExample text={text} groups={groups} />
      {doubt && <Notice tone="warning">{translate(doubt)}</Notice>}
    </Form>
  );
}
