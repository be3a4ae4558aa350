"use client";
import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field, type FieldProps } from "#components/ui/field.tsx";
import { useFieldError } from "./form.tsx";

type Props<Element extends "input" | "select" | "textarea"> = FieldProps &
  Omit<ComponentProps<Element>, keyof FieldProps>;

/** Splits what is the field's from what is the control's. */
function split<Rest extends object>({ name, label, hint, error, optional, id, className, ...rest }: FieldProps & Rest) {
  return { field: { name, label, hint, error, optional, id, className }, rest };
}

/** One line of text. `lead` and `unit` stand inside the box, before and after what is typed. */
export function TextField({ lead, unit, ...props }: Props<"input"> & { lead?: ReactNode; unit?: ReactNode }) {
  const { field, rest } = split(props);
  const found = useFieldError(field.name);
  return (
    <Field {...field} error={field.error ?? found}>
      {(control) => (
        <span className="input">
          {lead}
          <input autoComplete="off" {...rest} {...control} />
          {unit && <span className="unit">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

/** A password with a button that shows it. */
export function PasswordField(props: Props<"input">) {
  const { field, rest } = split(props);
  const found = useFieldError(field.name);
  const [shown, setShown] = useState(false);
  const translate = useTranslations("ui");
  const act = translate(shown ? "hidePassword" : "showPassword");
  return (
    <Field {...field} error={field.error ?? found}>
      {(control) => (
        <span className="input">
          <input {...rest} {...control} type={shown ? "text" : "password"} autoCapitalize="off" spellCheck={false} />
          <Button
            variant="ghost"
            size="sm"
            icon
            className="-mr-1.5"
            aria-label={act}
            title={act}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? <EyeOff className="icon" /> : <Eye className="icon" />}
          </Button>
        </span>
      )}
    </Field>
  );
}

/** The browser's own select; `children` are options. */
export function SelectField(props: Props<"select">) {
  const { field, rest } = split(props);
  const found = useFieldError(field.name);
  return (
    <Field {...field} error={field.error ?? found}>
      {(control) => <select {...rest} {...control} className="input" />}
    </Field>
  );
}

export function TextareaField(props: Props<"textarea">) {
  const { field, rest } = split(props);
  const found = useFieldError(field.name);
  return (
    <Field {...field} error={field.error ?? found}>
      {(control) => (
        <span className="input textarea">
          <textarea rows={3} {...rest} {...control} />
        </span>
      )}
    </Field>
  );
}

/** A tick with its words beside it; an error stands below. Unticked, the name is absent from the form's values. */
export function CheckField({ label, hint, ...props }: Props<"input">) {
  const { field, rest } = split({ ...props, label, hint });
  const found = useFieldError(field.name);
  const error = field.error ?? found;
  const id = field.id ?? `f-${field.name}-${String(rest.value ?? "on")}`;
  const note = error ?? hint;
  return (
    <div className={`field ${field.className ?? ""}`} data-bad={error ? "" : undefined}>
      <span className="row">
        <input
          type="checkbox"
          {...rest}
          id={id}
          name={field.name}
          className="check"
          aria-describedby={note ? `${id}-note` : undefined}
          aria-invalid={error ? true : undefined}
        />
        <label htmlFor={id} className="font-normal">
          {label}
        </label>
      </span>
      {note && (
        <p className={error ? "error" : "hint"} id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}

/** The button that sends the form: it says so while it works and can't be pressed twice. */
export function SubmitButton({ pending, children, ...props }: ComponentProps<typeof Button> & { pending: boolean }) {
  const translate = useTranslations("ui");
  return (
    <Button type="submit" variant="primary" {...props} aria-disabled={pending} aria-busy={pending}>
      {pending ? translate("working") : children}
    </Button>
  );
}
