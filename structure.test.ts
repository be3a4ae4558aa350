import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/** Who may import whom: a package imports only what stands in its row. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "packages/domain": [],
  "packages/roster": ["domain"],
  "packages/mail": ["domain"],
  "packages/campus": ["domain"],
  "packages/db": ["domain"],
  "packages/ledger": ["domain", "db"],
  "packages/documents": ["domain", "db"],
  "packages/gateway": ["domain", "db", "ledger"],
  "packages/demo-upstream": [],
  "apps/server": ["domain", "mail", "db", "ledger", "gateway", "demo-upstream"],
  "apps/cli": ["domain", "roster", "campus", "db", "ledger", "documents", "gateway"],
  "apps/console": ["domain", "roster", "mail", "campus", "db", "ledger", "documents"],
};

/** The file behind an import that is allowed nowhere else: the request path must not build web objects or reach the ORM. */
const PURE_FOLDERS = [
  "canonical",
  "completions",
  "embeddings",
  "json",
  "protocols",
  "providers",
  "routing",
  "streams",
  "tokens",
  "translation",
];

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => /\.(?:ts|tsx|mjs)$/.test(file) && existsSync(file));
const sources = files.filter((file) => !/\.test\.tsx?$/.test(file) && !file.includes("/testing/"));
const textOf = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

function importsOf(file: string): string[] {
  const text = textOf.get(file) ?? "";
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

function packageOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT).find((folder) => file.startsWith(`${folder}/`));
}

describe("structure", () => {
  it("lets dependencies run one way", () => {
    const wrong = sources.flatMap((file) => {
      const home = packageOf(file);
      if (home === undefined) return [];
      return importsOf(file)
        .filter((target) => target.startsWith("@lyceum/"))
        .filter(
          (target) =>
            !MAY_IMPORT[home]?.includes(target.split("/")[1] ?? "") && target !== `@lyceum/${home.split("/")[1]}`,
        )
        .map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("lets nobody reach into another package past its front door", () => {
    const wrong = sources.flatMap((file) => {
      const home = packageOf(file);
      return importsOf(file)
        .filter((target) => target.startsWith("."))
        .map((target) => normalize(join(dirname(file), target)))
        .filter((target) => home !== undefined && packageOf(target) !== undefined && packageOf(target) !== home)
        .map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("keeps protocols, providers, routing and streams free of database, ledger and pipeline", () => {
    const pure = sources.filter((file) =>
      PURE_FOLDERS.some((folder) => file.startsWith(`packages/gateway/src/${folder}/`)),
    );
    expect(pure.length).toBeGreaterThan(0);
    const wrong = pure.flatMap((file) =>
      importsOf(file)
        .filter((target) => /^@lyceum\/(?:db|ledger)|\/pipeline\/|^(?:pg|undici|node:http)$/.test(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps Next and React out of everything but the console", () => {
    const wrong = sources
      .filter(
        (file) =>
          !file.startsWith("apps/console/") && importsOf(file).some((target) => /^(?:next|react)(?:\/|$)/.test(target)),
      )
      .filter((file) => !file.startsWith("e2e/"));
    expect(wrong).toEqual([]);
  });

  it("keeps the ORM off the request path", () => {
    const wrong = sources.filter(
      (file) =>
        /^packages\/(?:gateway|ledger)\//.test(file) && /PrismaClient|createPrisma/.test(textOf.get(file) ?? ""),
    );
    expect(wrong).toEqual([]);
  });

  it("has every file of an adapter", () => {
    const adapters = new Set(
      sources
        .map((file) => /^packages\/gateway\/src\/protocols\/([^/]+)\//.exec(file)?.[1])
        .filter((name) => name !== undefined),
    );
    expect(adapters.size).toBeGreaterThan(0);
    for (const adapter of adapters) {
      for (const name of ["request.ts", "response.ts", "stream.ts", "errors.ts", "index.ts"]) {
        expect(sources).toContain(`packages/gateway/src/protocols/${adapter}/${name}`);
      }
    }
  });

  it("says what a file is about in its name", () => {
    const vague = sources.filter((file) => /(?:^|\/)(?:utils?|helpers?|common|shared|misc)(?:\/|\.tsx?$)/.test(file));
    expect(vague).toEqual([]);
    const odd = sources.filter((file) => !/\/?(?:[a-z0-9_.[\]()-]+|README)$/.test(file.split("/").at(-1) ?? ""));
    expect(odd).toEqual([]);
  });

  it("reads process.env only in env.ts, in programs that hand it on whole, and in the scripts that set processes up", () => {
    const allowed =
      /(?:^|\/)env\.ts$|^scripts\/|^e2e\/|^bench\/|\.config\.ts$|\/testing\/|^apps\/server\/src\/supervisor\/|^packages\/db\/src\/(?:cli|postgres)\//;
    const reads = /process\.env(?:\.[A-Z]|\[)/;
    expect(sources.filter((file) => !allowed.test(file) && reads.test(textOf.get(file) ?? ""))).toEqual([]);
  });
});
