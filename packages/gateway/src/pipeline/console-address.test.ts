import { AppError, defaultSettings, errorCodes } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { consoleAddress, withConsole } from "./console-address.ts";
import type { Deps } from "./deps.ts";

const known = (trustsProxy: boolean, siteUrl = "") =>
  ({ trustsProxy, config: () => ({ settings: { ...defaultSettings, siteUrl } }) }) as unknown as Deps;
const forwarded = { host: "10.0.0.7:4000", "x-forwarded-host": "llm.edu", "x-forwarded-proto": "https" };

describe("consoleAddress", () => {
  it("is what the settings say, whatever was asked", () => {
    expect(consoleAddress({ headers: forwarded }, known(true, "https://set.edu"))).toBe("https://set.edu");
  });

  it("is where the client has asked", () => {
    expect(consoleAddress({ headers: { host: "[::1]:4000" } }, known(false))).toBe("http://[::1]:4000");
  });

  it("believes forwarded headers only behind a trusted proxy", () => {
    expect(consoleAddress({ headers: forwarded }, known(false))).toBe("http://10.0.0.7:4000");
    expect(consoleAddress({ headers: forwarded }, known(true))).toBe("https://llm.edu");
    const twice = { ...forwarded, "x-forwarded-host": "llm.edu, inner", "x-forwarded-proto": "https, http" };
    expect(consoleAddress({ headers: twice }, known(true))).toBe("https://llm.edu");
  });

  it.each([undefined, "", 'a"b', "a/b", "evil.example/?x=", "a b", "user@host"])(
    "is unknown where a host is %j",
    (host) => {
      expect(consoleAddress({ headers: { host } }, known(false))).toBeNull();
      expect(consoleAddress({ headers: { "x-forwarded-host": host ?? "/" } }, known(true))).toBeNull();
    },
  );

  it("is also known before any configuration is", () => {
    const starting = { trustsProxy: false, config: () => null };
    expect(consoleAddress({ headers: { host: "llm.edu" } }, starting)).toBe("http://llm.edu");
  });
});

describe("withConsole", () => {
  it("leads every code to one page", () => {
    for (const code of errorCodes) {
      const { consoleUrl } = withConsole(new AppError(code), { headers: { host: "llm.edu" } }, known(false));
      expect(consoleUrl).toMatch(
        /^http:\/\/llm\.edu\/(?:keys|models|terms|balance\/empty|docs#address|docs\/errors#\w+)$/,
      );
    }
  });

  it("says nothing where the console can't be found", () => {
    expect(withConsole(new AppError("internal"), { headers: {} }, known(false)).consoleUrl).toBeUndefined();
  });
});
