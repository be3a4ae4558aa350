import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

/** What a control inside a Field must carry so that label, hint and error belong to it. */
export interface ControlProps {
  id: string;
  name: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

export interface FieldProps {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  /** Replaces the hint. */
  error?: string;
  optional?: boolean;
  /** When the same name occurs twice on a page. */
  id?: string;
  className?: string;
}

/** Label above; hint or error below, never both, tied to the control by aria-describedby. */
export function Field({
  name,
  label,
  hint,
  error,
  optional,
  id = `f-${name}`,
  className = "",
  children,
}: FieldProps & { children: (control: ControlProps) => ReactNode }) {
  const translate = useTranslations("ui");
  const note = error ?? hint;
  const noteId = `${id}-note`;
  const control: ControlProps = {
    id,
    name,
    "aria-describedby": note ? noteId : undefined,
    "aria-invalid": error ? true : undefined,
  };
  return (
    <div className={`field ${className}`} data-bad={error ? "" : undefined}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="unit"> {translate("optional")}</span>}
      </label>
      {children(control)}
      {error ? (
        <p className="error" id={noteId}>
          <CircleAlert className="icon icon-sm" />
          {error}
        </p>
      ) : (
        hint && (
          <p className="hint" id={noteId}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}
