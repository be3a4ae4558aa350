"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { cycleAddress } from "../cycle-picture.ts";
import { starterIn, starters } from "../presets.ts";
import { useBegin } from "./use-begin.ts";

/** What to begin with: three questions of physics, the first about a picture. They fill the composer; sending is one's own act. */
export function Starters() {
  const translate = useTranslations("playground");
  const { begin, isBusy } = useBegin();
  return (
    <div className="starters">
      <p className="muted">{translate("startWith")}</p>
      {starters.map((starter) => (
        <button key={starter} type="button" className="starter" disabled={isBusy} onClick={() => begin(starter)}>
          {starter === "cycle" && <img src={cycleAddress} alt={translate("cyclePicture")} />}
          <span>{translate(`starterText.${starter}`)}</span>
        </button>
      ))}
    </div>
  );
}

/** Fills in the starter of the address, once: a link of the home page leads here. */
export function LinkedStarter() {
  const { begin } = useBegin();
  const isBegun = useRef(false);
  // What `begin` does is wanted for the address that the page was opened with
  useEffect(() => {
    const starter = starterIn(location.search);
    if (starter === null || isBegun.current) return;
    isBegun.current = true;
    // A reload must not fill it in once more.
    window.history.replaceState(null, "", location.pathname);
    begin(starter);
  }, []);
  return null;
}
