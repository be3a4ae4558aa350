import { describe, expect, it } from "vitest";
import { sendInput } from "#features/playground/contract.ts";
import { askingOf, readAsking } from "./asking.ts";

const message = ["hi", ["a"], ["m"]] as const;

describe("the id a message is sent with", () => {
  it("is the same for what was sent before and had no reply, also when it was kept meanwhile, and another for everything else", () => {
    const first = askingOf(null, ...message);
    expect(askingOf(first, ...message).id).toBe(first.id);
    expect(askingOf(readAsking(JSON.parse(JSON.stringify(first))), ...message).id).toBe(first.id);
    const others = [
      askingOf(null, ...message),
      askingOf(first, "hi!", ["a"], ["m"]),
      askingOf(first, "hi", [], ["m"]),
      askingOf(first, "hi", ["a"], ["m", "n"]),
      askingOf(readAsking("old"), ...message),
    ];
    expect(new Set([first, ...others].map(({ id }) => id)).size).toBe(6);
  });

  it("is one that the server takes", () => {
    const { id } = askingOf(null, ...message);
    expect(sendInput.safeParse({ text: "hi", models: ["m"], askId: id, conversationId: null }).success).toBe(true);
  });
});
