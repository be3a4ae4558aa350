"use client";
import type { PlannedChannel } from "@lyceum/db";
import type { ImportSource } from "@lyceum/domain";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Section } from "#components/shell/page.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { applyImport } from "../actions.ts";
import { type Choices, chosenOf, proposedChoices, stateOf } from "../choices.ts";
import { PlannedItem } from "./planned-item.tsx";

export interface Plan {
  source: ImportSource;
  channels: PlannedChannel[];
  groups: { id: string; name: string }[];
  /** What was asked, to be asked again with what is chosen. */
  asked: { text: string; source: "detect" | ImportSource; allowPrivate: boolean };
  key: number;
}

/** What becomes of a list: groups, each channel with what is odd about it, and the button that counts. */
export function ImportPlan({ plan }: { plan: Plan }) {
  const translate = useTranslations("imports");
  const router = useRouter();
  const toast = useToast();
  const { channels, groups: ours, source } = plan;
  const [choices, setChoices] = useState<Choices>(() => proposedChoices(channels, ours));
  const chosen = chosenOf(channels, choices);
  const count = (state: ReturnType<typeof stateOf>) => channels.filter((each) => stateOf(each) === state).length;
  const form = useActionForm(applyImport, {
    toInput: () => ({
      ...plan.asked,
      chosen,
      credentials: Object.fromEntries(Object.entries(choices.credentials).filter(([, typed]) => typed.trim() !== "")),
      groups: choices.groups,
    }),
    onSuccess: ({ made, newModels }) => {
      toast({ message: translate("done", { count: made.length, unpriced: newModels.length }) });
      router.push("/admin/channels");
    },
  });
  const tick = (at: number, on: boolean) => {
    const unticked = new Set(choices.unticked);
    if (on) unticked.delete(at);
    else unticked.add(at);
    setChoices({ ...choices, unticked });
  };
  return (
    <Section
      title={translate("planTitle", { count: channels.length })}
      facts={translate("planFacts", {
        source: source === "new-api" ? "New API" : "One API",
        ready: count("ready"),
        double: count("double"),
        exists: count("exists"),
        bad: count("bad"),
      })}
    >
      <Form
        form={form}
        footer={
          <div className="row wrap mt-4">
            <SubmitButton pending={form.pending} disabled={chosen.length === 0}>
              {translate("apply", { count: chosen.length })}
            </SubmitButton>
            <span className="muted small">{translate("nothingYet")}</span>
          </div>
        }
      >
        {Object.keys(choices.groups).length > 0 && (
          <fieldset className="m-0 min-w-0 border-0 p-0">
            <legend className="label mb-1.5 p-0">{translate("groups")}</legend>
            <div className="grid max-w-xl gap-1.5">
              {Object.entries(choices.groups).map(([theirs, id]) => (
                <label key={theirs} className="grid grid-cols-2 items-center gap-3">
                  <code className="min-w-0 wrap-anywhere">{theirs}</code>
                  <select
                    className="select h-(--height-control) w-full"
                    aria-label={translate("groupOf", { theirs })}
                    value={id}
                    onChange={(event) =>
                      setChoices({ ...choices, groups: { ...choices.groups, [theirs]: event.target.value } })
                    }
                  >
                    <option value="">{translate("noGroup")}</option>
                    {ours.map((group) => (
                      <option key={group.id} value={group.id}>
                        {group.name}
                      </option>
                    ))}
                  </select>
                </label>
              ))}
            </div>
          </fieldset>
        )}
        <ul className="border-rule border-y-[1.5px]">
          {channels.map((channel) => (
            <PlannedItem
              key={channel.at}
              channel={channel}
              ticked={chosen.includes(channel.at)}
              onTick={(on) => tick(channel.at, on)}
              credential={choices.credentials[channel.at] ?? ""}
              onCredential={(typed) =>
                setChoices({ ...choices, credentials: { ...choices.credentials, [channel.at]: typed } })
              }
            />
          ))}
        </ul>
      </Form>
    </Section>
  );
}
