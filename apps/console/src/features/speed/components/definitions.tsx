import { useTranslations } from "next-intl";

const lines = ["def_t0", "def_ttft", "def_ttfa", "def_tpot", "def_e2e", "def_prompt"] as const;

/** What the words on this page mean here. */
export function Definitions() {
  const translate = useTranslations("speed");
  return (
    <details className="speed-details">
      <summary>{translate("definitions")}</summary>
      <ul className="speed-definitions small">
        {lines.map((line) => (
          <li key={line}>{translate(line)}</li>
        ))}
      </ul>
    </details>
  );
}
