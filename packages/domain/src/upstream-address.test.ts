import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "./errors.ts";
import { checkUpstreamAddress, parseUpstreamUrl } from "./upstream-address.ts";

const isAllowed = (ip: string, allowPrivate: boolean) => checkUpstreamAddress(ip, allowPrivate) === null;

describe("checkUpstreamAddress", () => {
  it.each([
    "8.8.8.8",
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.0",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "192.167.255.255",
    "223.255.255.255",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "fbff::1",
  ])("allows the public address %s", (ip) => {
    expect(isAllowed(ip, false)).toBe(true);
  });

  it.each([
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "198.18.0.1",
    "::1",
    "fc00::1",
    "fdff:ffff::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "0:0:0:0:0:ffff:10.1.2.3",
    "::ffff:0:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "::10.0.0.1",
    "FC00::1",
  ])("allows the private address %s only where the admin does", (ip) => {
    expect(isAllowed(ip, false)).toBe(false);
    expect(isAllowed(ip, true)).toBe(true);
  });

  it.each([
    "169.254.169.254",
    "169.254.0.1",
    "0.0.0.0",
    "0.1.2.3",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "febf::1",
    "fe80::1%eth0",
    "ff02::1",
    "fd00:ec2::254",
    "2001::1",
    "100::1",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::ffff:0.0.0.0",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "::169.254.169.254",
  ])("never allows %s", (ip) => {
    expect(isAllowed(ip, true)).toBe(false);
  });

  it.each(["", "localhost", "1.2.3", "1.2.3.4.5", "0x7f.1", "2130706433", "::g", "[::1]"])(
    "takes %j for no address",
    (ip) => {
      expect(isAllowed(ip, true)).toBe(false);
    },
  );

  it("judges an IPv4 address alike in every IPv6 form that carries it", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.boolean(), (ip, allowPrivate) => {
        const [a = 0, b = 0, c = 0, d = 0] = ip.split(".").map(Number);
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        for (const form of [`::ffff:${ip}`, `::ffff:${hex}`, `64:ff9b::${hex}`, `2002:${hex}::`]) {
          expect(isAllowed(form, allowPrivate)).toBe(isAllowed(ip, allowPrivate));
        }
      }),
    );
  });

  it("never allows more without permission than with it, for any IPv6 address", () => {
    fc.assert(fc.property(fc.ipV6(), (ip) => !isAllowed(ip, false) || isAllowed(ip, true)));
  });
});

describe("parseUpstreamUrl", () => {
  it.each([
    ["https://llm.example.edu/v1/", "https://llm.example.edu/v1"],
    [" HTTPS://LLM.Example.edu:443/v1// ", "https://llm.example.edu/v1"],
    ["http://8.8.8.8:8000", "http://8.8.8.8:8000"],
    ["https://host/a/b", "https://host/a/b"],
  ])("writes %j as %j", (text, expected) => {
    expect(parseUpstreamUrl(text, false)).toBe(expected);
  });

  it("sees through the spellings of a private address, and allows it where the admin does", () => {
    const spellings = [
      "http://127.0.0.1:8000/v1",
      "http://2130706433/",
      "http://0x7f.1/",
      "http://0177.0.0.1",
      "http://[::1]:8000",
      "http://[::ffff:127.0.0.1]/",
      "http://localhost:8000/v1",
      "http://LOCALHOST.:1",
      "http://a.localhost",
      "http://127.1",
      "http://１２７.0.0.1",
    ];
    for (const text of spellings) {
      expect(() => parseUpstreamUrl(text, false), text).toThrow(AppError);
      expect(parseUpstreamUrl(text, true)).toMatch(/^http:\/\//);
    }
    expect(() => parseUpstreamUrl("http://169.254.169.254/v1", true)).toThrow(AppError);
    expect(() => parseUpstreamUrl("http://[fe80::1]/v1", true)).toThrow(AppError);
  });

  it.each([
    "",
    "llm.example.edu",
    "ftp://host",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "https://host/v1?key=1",
    "https://host/v1#x",
  ])("refuses %j", (text) => {
    expect(() => parseUpstreamUrl(text, true)).toThrow(AppError);
  });

  it("refuses credentials in the address without repeating them", () => {
    for (const text of ["https://user:hunter2@host/v1", "ftp://user:hunter2@host", "https://hunter2@host:99999/"]) {
      const attempt = () => parseUpstreamUrl(text, true);
      expect(attempt).toThrow(AppError);
      expect(attempt).not.toThrow(/hunter2/);
    }
  });
});
