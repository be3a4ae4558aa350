"use client";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { addChannelModels, testSavedChannel } from "../actions.ts";
import type { ModelRow } from "../model-rows.ts";
import type { GroupChoice } from "../queries.ts";
import { GroupsField } from "./groups-field.tsx";
import { ModelRowsField } from "./model-rows-field.tsx";
import { NewPriceFields } from "./new-price-fields.tsx";
import { RankingFields } from "./ranking-fields.tsx";
import { SaveTried, type Wanted } from "./save-tried.tsx";
import { TestResult } from "./test-result.tsx";
import { TrialsList, TrialsPane } from "./trials-list.tsx";
import { standing, withFindings } from "./tried-rows.ts";
import { useModelRows } from "./use-model-rows.ts";
import { useModelTrials } from "./use-model-trials.ts";
import { useUpstreamTest } from "./use-upstream-test.ts";

type Channel = { id: string; name: string };

/** Puts more models on a channel that exists. */
export function AddModels({ channel, groups }: { channel: Channel; groups: GroupChoice[] }) {
  const translate = useTranslations("channels");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("addModelsTitle", { name: channel.name })}
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm">
          <Plus className="icon icon-sm" />
          {translate("addModels")}
        </Button>
      }
    >
      <AddForm channel={channel} groups={groups} close={() => setOpen(false)} />
    </Dialog>
  );
}

function AddForm({ channel, groups, close }: { channel: Channel; groups: GroupChoice[]; close: () => void }) {
  const translate = useTranslations("channels");
  const toast = useToast();
  const test = useUpstreamTest();
  const trials = useModelTrials();
  const rows = useModelRows();
  const wanted = useRef<Wanted>("all");
  const isWanted = ({ upstreamModel }: ModelRow) =>
    wanted.current === "all" || trials.trials.get(upstreamModel)?.isUsable === true;
  const form = useActionForm(addChannelModels, {
    toInput: (values) => ({
      channelId: channel.id,
      models: withFindings(rows.take(isWanted), trials.trials),
      groups: [values.groups ?? []].flat(),
      priority: String(values.priority),
      weight: String(values.weight),
      inputPrice: String(values.inputPrice),
      outputPrice: String(values.outputPrice),
    }),
    onSuccess: ({ unpriced, inForce }) => {
      const told = translate("modelsAdded", { name: channel.name, unpriced });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      close();
    },
  });
  const list = () => test.run(() => testSavedChannel({ channelId: channel.id, upstreamModel: "" }));
  const tryTicked = async () => {
    const models = rows.completed().map(({ upstreamModel }) => upstreamModel);
    if (models.length === 0) return void (await list());
    rows.take();
    await trials.start({ of: { channelId: channel.id }, models, depth: "all" });
  };
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <>
          <TrialsPane shown={trials.trials.size > 0}>
            <TrialsList state={trials} />
          </TrialsPane>
          <SaveTried
            found={standing(rows.completed(), trials.trials)}
            running={trials.running}
            pending={form.pending || test.pending}
            wanted={wanted}
            onTest={tryTicked}
            onStop={trials.stop}
            verb={{ tested: translate("addModels"), untested: translate("addModels") }}
          />
        </>
      }
    >
      <ModelRowsField state={rows} found={test.models} detecting={test.pending} onDetect={list} />
      {!test.models && <TestResult test={test} />}
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
