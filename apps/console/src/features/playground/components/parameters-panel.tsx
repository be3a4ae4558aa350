"use client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { PlaygroundModel, RequestPreview } from "../contract.ts";
import {
  boundsOf,
  type NumberField,
  numberFields,
  readExtra,
  readNumber,
  readStop,
  unbounded,
  withParameter,
  writeStop,
} from "../parameter-fields.ts";
import type { Parameters } from "../parameters.ts";
import { ContextGauge } from "./context-gauge.tsx";
import { useDesk, useTalkState } from "./desk.tsx";
import { OwnPresets } from "./own-presets.tsx";

const efforts = [undefined, "low", "medium", "high"] as const;

/** The system prompt and the parameters; what is not set is not sent. */
export function ParametersPanel({ preview, draft }: { preview: RequestPreview | null; draft: string }) {
  const translate = useTranslations("playground");
  const { change, chosen, models, setSettings, settingsRound } = useDesk();
  const { talk } = useTalkState();
  const model = models.find(({ name }) => name === chosen[0]);
  const set = <Name extends keyof Parameters>(name: Name, value: Parameters[Name]) =>
    change((now) => ({ ...now, parameters: withParameter(now.parameters, name, value) }));
  const { parameters } = talk;
  return (
    <div className="params-body">
      <div className="row between">
        <h2>{translate("parameters")}</h2>
        <Button variant="ghost" size="sm" onClick={() => setSettings({ parameters: {}, systemPrompt: "" })}>
          {translate("reset")}
        </Button>
      </div>
      <p className="tiny muted">{translate("unsetIsNotSent")}</p>
      <OwnPresets draft={draft} />
      <div key={`${talk.id}.${settingsRound}`}>
        <TextParameter
          label={translate("systemPrompt")}
          initial={talk.systemPrompt}
          placeholder={translate("systemPromptExample")}
          read={(text) => {
            change((now) => ({ ...now, systemPrompt: text }));
            return true;
          }}
        />
        {numberFields.map((name) => (
          <NumberParameter key={name} {...{ name, model, value: parameters[name] }} set={(value) => set(name, value)} />
        ))}
        <div className="field">
          <span className="label">{translate("effort")}</span>
          <div className="segmented">
            {efforts.map((effort) => (
              <button
                key={effort ?? "unset"}
                type="button"
                aria-pressed={parameters.reasoning_effort === effort}
                onClick={() => set("reasoning_effort", effort)}
              >
                {effort ? translate(`efforts.${effort}`) : translate("unset")}
              </button>
            ))}
          </div>
        </div>
        <TextParameter
          label={<code>stop</code>}
          initial={writeStop(parameters.stop)}
          placeholder={translate("stopExample")}
          read={(text) => {
            set("stop", readStop(text));
            return true;
          }}
        />
        <TextParameter
          label={translate("extraJson")}
          initial={parameters.extra ? JSON.stringify(parameters.extra, null, 2) : ""}
          placeholder='{"top_k": 20}'
          error={translate("badJson")}
          read={(text) => {
            const extra = readExtra(text);
            if (extra !== null) set("extra", extra);
            return extra !== null;
          }}
        />
      </div>
      <ContextGauge preview={preview} />
    </div>
  );
}

interface NumberParameterProps {
  name: NumberField;
  value: number | undefined;
  model: PlaygroundModel | undefined;
  set: (value: number | undefined) => void;
}

function NumberParameter({ name, value, model, set }: NumberParameterProps) {
  const translate = useTranslations("playground");
  const id = useId();
  const [text, setText] = useState(value === undefined ? "" : String(value));
  const [isBad, setBad] = useState(false);
  const constraints = model?.constraints ?? unbounded;
  const isRejected = constraints.rejected.includes(name);
  const { minimum, maximum } = boundsOf(name, constraints);
  const type = (next: string) => {
    setText(next);
    const read = readNumber(name, next, constraints);
    setBad(read === null);
    if (read !== null) set(read);
  };
  const bounds =
    minimum !== undefined && maximum !== undefined && maximum < 1e6
      ? `${minimum} – ${maximum}`.replaceAll("-", "−")
      : "";
  const hint = isRejected ? translate("rejected") : isBad ? translate("outOfBounds", { bounds }) : bounds;
  return (
    <div className="field" data-bad={isBad || undefined}>
      <div className="row">
        <label htmlFor={id}>
          <code>{name}</code>
        </label>
        <input
          id={id}
          className="val"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          disabled={isRejected}
          placeholder={translate("unset")}
          aria-invalid={isBad || undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => type(event.target.value)}
        />
        {text !== "" && (
          <Button
            {...{ variant: "ghost", size: "sm", icon: true, onClick: () => type("") }}
            aria-label={translate("unsetParameter", { name })}
            title={translate("unsetParameter", { name })}
          >
            <X className="icon icon-sm" />
          </Button>
        )}
      </div>
      <span id={`${id}-hint`} className={isBad ? "error" : "hint"}>
        {hint}
      </span>
    </div>
  );
}

interface TextParameterProps {
  label: ReactNode;
  initial: string;
  placeholder: string;
  error?: string;
  read: (text: string) => boolean;
}

function TextParameter({ label, initial, placeholder, error, read }: TextParameterProps) {
  const id = useId();
  const [text, setText] = useState(initial);
  const [isBad, setBad] = useState(false);
  return (
    <div className="field" data-bad={isBad || undefined}>
      <label htmlFor={id}>{label}</label>
      <span className="input textarea">
        <textarea
          id={id}
          rows={2}
          value={text}
          placeholder={placeholder}
          aria-invalid={isBad || undefined}
          onChange={(event) => {
            setText(event.target.value);
            setBad(!read(event.target.value));
          }}
        />
      </span>
      {isBad && <span className="error">{error}</span>}
    </div>
  );
}
