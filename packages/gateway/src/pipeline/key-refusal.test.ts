import { AppError, createApiKey, hashApiKey } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { GatewayRequest } from "./gateway-request.ts";
import { type KeyRefusal, meantKey, noteKeyRefusal } from "./key-refusal.ts";

const { secret, hash, prefix } = createApiKey();
const whole = { hash: hash.toString("hex"), prefix };

describe("meantKey", () => {
  it.each([
    ["as it is", secret, null],
    ["without sk-ly-", secret.slice(6), "start"],
    ["without sk-", secret.slice(3), "start"],
    ["in quotes", `"${secret}"`, "around"],
    ["with a comma at its end", `${secret},`, "around"],
    ["twice", secret + secret, "around"],
  ] as const)("knows a key %s", (_, text, wrong) => {
    expect(meantKey(text)).toEqual({ ...whole, wrong });
  });

  it("knows a key that was cut off, or has a wrong letter, by its beginning only", () => {
    const other = secret.endsWith("0") ? "1" : "0";
    for (const text of [secret.slice(0, 30), `${secret.slice(0, -1)}${other}`, `'${secret.slice(0, 20)}`])
      expect(meantKey(text)).toEqual({ hash: null, prefix, wrong: "letters" });
  });

  it("finds nothing in the keys of others", () => {
    expect(hashApiKey(secret).toString("hex")).toBe(whole.hash);
    for (const text of ["sk-proj-abc", "$LYCEUM_KEY", "", "sk-ly-", "x".repeat(5_000)])
      expect(meantKey(text)).toBeNull();
  });
});

describe("noteKeyRefusal", () => {
  const note = (error: AppError, changes: { path?: string; authorization?: string } = {}) => {
    const { path = "/v1/v1/chat/completions", authorization = `Bearer ${secret}` } = changes;
    const noted: KeyRefusal[] = [];
    const request = { method: "POST", path, query: "", headers: { authorization } } as unknown as GatewayRequest;
    noteKeyRefusal(request, error, { noteRefusal: (refusal) => noted.push(refusal) });
    return noted;
  };

  it("tells what was asked and why it was refused", () => {
    const error = new AppError("not_found", { parameters: { hint_en: "take /v1 out" } });
    expect(note(error)).toMatchObject([
      {
        ...whole,
        code: "not_found",
        parameters: { hint_en: "take /v1 out" },
        method: "POST",
        path: "/v1/v1/chat/completions",
      },
    ]);
  });

  it("keeps quiet about what passes by itself, and of whom nothing is known", () => {
    expect(note(new AppError("rpm_exceeded"))).toEqual([]);
    expect(note(new AppError("internal"))).toEqual([]);
    expect(note(new AppError("missing_key"), { authorization: "" })).toEqual([]);
  });

  it("says what is wrong with a key, and never writes one down", () => {
    const noted = note(new AppError("invalid_key"), { authorization: secret.slice(6), path: `/v1/${secret}/models` });
    expect(noted).toMatchObject([{ code: "invalid_key", parameters: { wrong: "start" }, path: "" }]);
    expect(JSON.stringify(noted)).not.toContain(secret.slice(10, 40));
  });
});
