/**
 * Puts text on the clipboard; false when the browser refused. Over plain HTTP there is no `navigator.clipboard`, so the
 * old command is the fallback; it needs a selection, taken inside `near` because a modal dialog traps focus.
 */
export async function copyText(text: string, near: HTMLElement): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission denied or the page lost focus: the command below may still be allowed.
    }
  }
  const box = document.createElement("textarea");
  box.value = text;
  box.readOnly = true;
  box.style.cssText = "position:fixed;top:0;opacity:0";
  near.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  near.focus();
  return done;
}
