"use client";
import { useEffect, useState } from "react";

/** What is dragged holds files: not a word, nor a picture of a page. */
const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** A dialog asks for something else first. */
const isCovered = () => document.querySelector("[role=dialog]:not([popover]), [role=alertdialog]") !== null;

/**
 * Takes files that are dropped anywhere on the page. True while some are held over it. Dropped elsewhere a browser would leave the page
 * for the file: with a dialog open nothing happens.
 */
export function useFileDrop(add: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      const isWelcome = !isCovered();
      if (event.dataTransfer) event.dataTransfer.dropEffect = isWelcome ? "copy" : "none";
      setOver(isWelcome);
    };
    // Leaving for a part of the page names where to; leaving the page names nothing.
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0 && !isCovered()) add(files);
    };
    const end = () => setOver(false);
    const listeners = { dragenter: over, dragover: over, dragleave: leave, drop } as const;
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener);
    window.addEventListener("blur", end);
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        window.removeEventListener(name, listener as EventListener);
      window.removeEventListener("blur", end);
    };
  }, [add]);
  return isOver;
}
