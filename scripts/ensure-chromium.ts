import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { command, ROOT } from "./check/command.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FOLDERS = ["/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome"];
const MAC = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * The path of a Chromium for the browser tests: one that is there (LYCEUM_CHROMIUM, the system's, Playwright's), else
 * one installed now. Throws an error that says exactly what is missing.
 */
export async function ensureChromium(log: (line: string) => void): Promise<string> {
  const chosen = process.env.LYCEUM_CHROMIUM;
  if (chosen) {
    if (isProgram(chosen)) return chosen;
    throw new Error(`LYCEUM_CHROMIUM names ${chosen}, which is no program that can be run.`);
  }
  const found = await findChromium();
  if (found) {
    await ensureChineseFace(log);
    return found;
  }
  log("No Chromium found; installing one");
  const tried: string[] = [];
  for (const [what, install] of [
    ["playwright install", installWithPlaywright],
    ["apt-get", () => installWithApt(["chromium", "fonts-noto-cjk"])],
  ] as const) {
    const reason = await install();
    const installed = await findChromium();
    if (installed) return installed;
    tried.push(`${what}: ${reason ?? "it left no Chromium behind"}`);
    log(tried.at(-1) ?? "");
  }
  throw new Error(
    `The browser tests need Chromium and there is none. Install it (Debian, Ubuntu: apt-get install chromium fonts-noto-cjk) or name it with LYCEUM_CHROMIUM. Tried: ${tried.join("; ")}.`,
  );
}

/** Pages are measured, printed and read: a Chromium that was there before may know no Chinese, and then draws boxes and writes PDFs without text. */
async function ensureChineseFace(log: (line: string) => void): Promise<void> {
  const faces = await command("fc-list", [":lang=zh"], { quiet: true });
  if (faces.code !== 0 || faces.output.trim() !== "") return; // no fontconfig, as on a Mac: it brings its own
  log("Chromium is there, but no Chinese face; installing one");
  const reason = await installWithApt(["fonts-noto-cjk"]);
  if (reason === null) return;
  throw new Error(
    `The browser tests need a Chinese face and there is none. Install one (Debian, Ubuntu: apt-get install fonts-noto-cjk). Tried: ${reason}.`,
  );
}

async function findChromium(): Promise<string | null> {
  const folders = [...FOLDERS, ...(process.env.PATH ?? "").split(delimiter)];
  const paths = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...MAC];
  return paths.find(isProgram) ?? (await playwrightsOwn());
}

async function playwrightsOwn(): Promise<string | null> {
  const ask = 'require("@playwright/test").chromium.executablePath()';
  const { code, output } = await command(process.execPath, ["-p", ask], { cwd: join(ROOT, "e2e"), quiet: true });
  const path = output.trim();
  return code === 0 && isProgram(path) ? path : null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there or not ours to run, which is all the caller asks
  }
}

/** Resolves to the reason why it failed; null if it didn't. Its own download can hang where the net is closed. */
async function installWithPlaywright(): Promise<string | null> {
  const withDeps = process.getuid?.() === 0 ? ["--with-deps"] : [];
  const { code, output } = await command(
    "timeout",
    ["240", "node_modules/.bin/playwright", "install", ...withDeps, "chromium"],
    {
      cwd: join(ROOT, "e2e"),
      quiet: true,
    },
  );
  return code === 0 ? null : complaint(output, code);
}

async function installWithApt(packages: string[]): Promise<string | null> {
  if (!isProgram("/usr/bin/apt-get")) return "this system has none";
  const root = process.getuid?.() === 0;
  if (!root && (await command("sudo", ["-n", "true"], { quiet: true })).code !== 0) {
    return "it needs root or sudo without a password";
  }
  const apt = async (...args: string[]) => {
    const words = ["apt-get", "-q", ...args];
    const [program = "", ...rest] = root ? words : ["sudo", "-n", ...words];
    return await command(program, rest, { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } });
  };
  const update = await apt("update");
  const install = await apt("install", "-y", "--no-install-recommends", ...packages);
  if (install.code === 0) return null;
  return complaint(install.output || update.output, install.code);
}

/** The line of a program's output that says what went wrong. */
function complaint(output: string, code: number): string {
  const lines = output.trim().split("\n");
  return lines.find((line) => /^(E:|error|.*fail)/i.test(line)) ?? (lines.at(-1) || `exit code ${code}`);
}
