import { Download } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

interface StatementFormProps {
  /** The route that answers with the file. */
  action: string;
  months: string[];
  /** Words for the fields and the button. */
  words: { month: string; download: string };
  /** Whose, where that can be chosen. */
  person?: { label: string; value: string };
}

/** Chooses a month and downloads its statement. A plain form: the answer is a file, and the page stays. */
export function StatementForm({ action, months, words, person }: StatementFormProps) {
  return (
    <form action={action} method="get" className="row wrap gap-3">
      {person && (
        <span className="input">
          <input
            key={person.value}
            name="student"
            required
            defaultValue={person.value}
            placeholder={person.label}
            aria-label={person.label}
            autoComplete="off"
            spellCheck={false}
          />
        </span>
      )}
      <select name="month" className="input w-auto" aria-label={words.month}>
        {months.map((month) => (
          <option key={month}>{month}</option>
        ))}
      </select>
      <Button type="submit">
        <Download className="icon" />
        {words.download}
      </Button>
    </form>
  );
}
