"use client";
import { SunMoon } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import type { Theme } from "#server/cookies.ts";

/** The submit button of a theme form: the opposite of what is seen, which only the browser knows under "system". */
export function ThemeToggle({ theme, label }: { theme: Theme; label: string }) {
  return (
    <Button
      type="submit"
      variant="ghost"
      size="sm"
      icon
      name="theme"
      value={theme === "dark" ? "light" : "dark"}
      aria-label={label}
      title={label}
      onClick={(event) => {
        const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
        event.currentTarget.value = dark ? "light" : "dark";
      }}
    >
      <SunMoon className="icon" />
    </Button>
  );
}
