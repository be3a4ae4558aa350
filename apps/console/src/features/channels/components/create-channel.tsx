"use client";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Form } from "#components/form/form.tsx";
import { type FormValues, useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { createChannel } from "../actions.ts";
import type { ModelRow } from "../model-rows.ts";
import type { GroupChoice } from "../queries.ts";
import { DETECT } from "../schema.ts";
import { AddressFields, outdates, readAddress, testTyped } from "./address-fields.tsx";
import { GroupsField } from "./groups-field.tsx";
import { ModelRowsField } from "./model-rows-field.tsx";
import { NewPriceFields } from "./new-price-fields.tsx";
import { RankingFields } from "./ranking-fields.tsx";
import { SaveTried, type Wanted } from "./save-tried.tsx";
import { Detected, TestResult } from "./test-result.tsx";
import { TrialsList, TrialsPane } from "./trials-list.tsx";
import { standing, withFindings } from "./tried-rows.ts";
import { useModelRows } from "./use-model-rows.ts";
import { useModelTrials } from "./use-model-trials.ts";
import { useUpstreamTest } from "./use-upstream-test.ts";

/** The button that adds a channel, with its dialog; `initiallyOpen` when an address asked for it. */
export function CreateChannel({ groups, initiallyOpen }: { groups: GroupChoice[]; initiallyOpen: boolean }) {
  const translate = useTranslations("channels");
  const [open, setOpen] = useState(initiallyOpen);
  return (
    <Dialog
      title={translate("create")}
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary">
          <Plus className="icon" />
          {translate("create")}
        </Button>
      }
    >
      <CreateForm groups={groups} close={() => setOpen(false)} />
    </Dialog>
  );
}

function CreateForm({ groups, close }: { groups: GroupChoice[]; close: () => void }) {
  const translate = useTranslations("channels");
  const router = useRouter();
  const toast = useToast();
  const test = useUpstreamTest();
  const trials = useModelTrials();
  const rows = useModelRows();
  const wanted = useRef<Wanted>("all");
  const found = standing(rows.completed(), trials.trials);
  const form = useActionForm(createChannel, {
    toInput: (values: FormValues, element) => ({
      ...readAddress(element),
      models: withFindings(rows.take(isWanted), trials.trials),
      groups: [values.groups ?? []].flat(),
      priority: String(values.priority),
      weight: String(values.weight),
      inputPrice: String(values.inputPrice),
      outputPrice: String(values.outputPrice),
    }),
    onSuccess: ({ id, inForce }, element) => {
      const { name } = readAddress(element);
      const isTested = found.isTested || wanted.current === "passing";
      const told = translate(isTested ? "createdTested" : "createdUntested", { name });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      close();
      router.push(`/admin/channels?channel=${id}`, { scroll: false });
    },
  });
  const isWanted = ({ upstreamModel }: ModelRow) =>
    wanted.current === "all" || trials.trials.get(upstreamModel)?.isUsable === true;
  /** Finds out what the upstream is and has, where that isn't known yet, and tries what is ticked. */
  const tryTicked = async (element: HTMLFormElement) => {
    const typed = rows.completed();
    if (typed.length === 0 || readAddress(element).protocol === DETECT) {
      const listed = await test.run(() => testTyped(element, { upstreamModel: "" }));
      if (listed?.ok !== true || typed.length === 0) return;
    }
    rows.take();
    await trials.start({
      of: readAddress(element),
      models: typed.map(({ upstreamModel }) => upstreamModel),
      depth: "all",
    });
  };
  const forget = (input: HTMLInputElement) => {
    if (!outdates(test, input)) return;
    test.clear();
    trials.clear();
  };
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <>
          <TrialsPane shown={test.pending || test.result !== null || trials.trials.size > 0}>
            {trials.trials.size === 0 ? <TestResult test={test} /> : <Detected test={test} />}
            <TrialsList state={trials} />
          </TrialsPane>
          <SaveTried
            found={found}
            running={trials.running}
            pending={form.pending || test.pending}
            wanted={wanted}
            onTest={tryTicked}
            onStop={trials.stop}
            verb={{ tested: translate("save"), untested: translate("saveUntested") }}
          />
        </>
      }
    >
      <div className="contents" onInput={(event) => forget(event.target as HTMLInputElement)}>
        <AddressFields errors={test.errors} />
      </div>
      <ModelRowsField
        state={rows}
        found={test.models}
        detecting={test.pending}
        onDetect={(element) => test.run(() => testTyped(element, { upstreamModel: "" }))}
      />
      <GroupsField
        groups={groups}
        chosen={groups.filter((group) => group.isOpen).map((group) => group.id)}
        label={translate("groups")}
        hint={translate("groupsHint")}
      />
      <NewPriceFields />
      <RankingFields />
    </Form>
  );
}
