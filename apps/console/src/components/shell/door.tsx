import type { ReactNode } from "react";
import { Masthead } from "./masthead.tsx";
import { LocaleSwitch, ThemeSwitch } from "./switches.tsx";

/** The frame of the pages outside the console: a narrow column, and beside it, from 1100 px on, a figure. `wide` is for reading. */
export function Door({ figure, wide, children }: { figure?: ReactNode; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? "door door-wide" : "door"}>
      <div className="door-left">
        <header>
          <Masthead />
        </header>
        <main className="door-form stack" id="main" tabIndex={-1}>
          {children}
        </main>
        <footer className="door-foot">
          <span className="ml-auto row">
            <LocaleSwitch />
            <ThemeSwitch />
          </span>
        </footer>
      </div>
      {figure && <aside className="door-right">{figure}</aside>}
    </div>
  );
}
