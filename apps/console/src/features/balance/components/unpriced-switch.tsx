"use client";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { setUnpriced } from "../actions.ts";

/** Opens models without a price to one's own keys; shown only where the site allows it. */
export function UnpricedSwitch({ accepts }: { accepts: boolean }) {
  const translate = useTranslations("balance");
  const { act, pending } = useAct();
  const change = (next: boolean): void => {
    act(
      () => setUnpriced({ accepts: next }),
      () => ({ message: translate(next ? "unpricedOn" : "unpricedOff"), undo: () => change(!next) }),
    );
  };
  return (
    <label className="row font-normal">
      <input
        type="checkbox"
        className="check"
        checked={accepts}
        aria-disabled={pending}
        onChange={(event) => change(event.target.checked)}
      />
      {translate("acceptsUnpriced")}
    </label>
  );
}
