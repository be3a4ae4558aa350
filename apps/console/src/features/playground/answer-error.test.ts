import { errorTable } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { errorOfAnswer, errorOfBody } from "./answer-error.ts";

const body = (code: string, message: string) => JSON.stringify({ error: { code, message } });

describe("what went wrong with an answer", () => {
  it("is told in both languages, also where a sentence has a slash of its own", () => {
    expect(errorOfBody(body("model_paused", "暂停 / 改用 a / b。 / Paused / use a / b."), "30")).toMatchObject({
      ...{
        zh: "暂停 / 改用 a / b。",
        en: "Paused / use a / b.",
        fix: "other-model",
        retryAfterSeconds: 30,
        move: "wait",
      },
    });
    expect(errorOfAnswer({ code: null, message: "only one" })).toMatchObject({
      code: "upstream_error",
      zh: "only one",
      en: "only one",
    });
  });

  it("says what helps: shorten, where the prompt was longer than the model reads", () => {
    const words = "This model's maximum context length is 8192 tokens";
    expect(errorOfAnswer({ code: "upstream_rejected", message: `上游：${words} / upstream: ${words}` }).fix).toBe(
      "shorten",
    );
    expect(errorOfAnswer({ code: "upstream_rejected", message: "坏 / temperature is deprecated" }).fix).toBe(
      "parameters",
    );
    expect(errorOfAnswer({ code: "insufficient_balance", message: "a / b" })).toMatchObject({
      fix: "top-up",
      href: "/balance/empty",
    });
    for (const code of Object.keys(errorTable)) expect(errorOfAnswer({ code, message: "a / b" }).code).toBe(code);
  });

  it("of what isn't the gateway's own answer is that it can't be reached", () => {
    expect(errorOfBody("<html>", undefined).code).toBe("unreachable");
    expect(errorOfBody('{"detail":"x"}', undefined).code).toBe("unreachable");
  });
});
