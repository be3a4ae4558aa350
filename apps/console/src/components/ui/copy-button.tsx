"use client";
import { Check, Copy, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, type MouseEvent, useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { copyText } from "./copy-text.ts";

type Props = Omit<ComponentProps<typeof Button>, "onClick" | "children"> & {
  text: string;
  /** Only the icon; `label` says what is copied. */
  compact?: boolean;
  label?: string;
};

/** Copies `text` byte for byte and says whether it worked, for the ear as well. */
export function CopyButton({ text, compact, label, ...props }: Props) {
  const translate = useTranslations("ui");
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state !== "copied") return;
    const timer = setTimeout(() => setState("idle"), 2_000);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async (event: MouseEvent<HTMLButtonElement>) => {
    const button = event.currentTarget;
    setState((await copyText(text, button.parentElement ?? button)) ? "copied" : "failed");
    button.focus();
  };
  const words = { idle: label ?? translate("copy"), copied: translate("copied"), failed: translate("copyFailed") }[
    state
  ];
  const Icon = { idle: Copy, copied: Check, failed: TriangleAlert }[state];
  const silent = compact && state !== "failed";
  return (
    <Button
      size={props.variant === "primary" ? undefined : "sm"}
      variant="ghost"
      {...props}
      icon={silent}
      aria-label={silent ? words : undefined}
      title={silent ? words : undefined}
      onClick={copy}
    >
      <Icon className="icon icon-sm" />
      {!silent && words}
      <span className="sr" role="status">
        {state === "idle" ? "" : words}
      </span>
    </Button>
  );
}
