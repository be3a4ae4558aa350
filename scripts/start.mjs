// Runs on whatever Node the machine has: plain JavaScript, no dependencies. It installs what is missing and then hands
// over to the Node that was installed; it stays only to pass signals on, so that nobody is left behind.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, constants as osConstants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const STAMP = join(ROOT, "node_modules", ".lyceum-installed");
const PNPM = "pnpm@12";
/** Under npm one Ctrl-C arrives twice: from the terminal and, a moment later, passed on by npm. */
const REPEAT_MS = 1000;

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function isWritable(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false; // missing or closed to us, which is all the caller asks
  }
}

/** Where npm and pnpm keep their caches if the home folder can't be written (service users, containers). */
function cacheEnvironment() {
  const home = homedir();
  const used = [".npm", ".cache", ".config", ".local"]
    .map((name) => join(home, name))
    .filter((path) => existsSync(path));
  if (isWritable(home) && used.every(isWritable)) return {};
  const folder = join(ROOT, ".cache", "home");
  mkdirSync(folder, { recursive: true });
  return {
    npm_config_cache: join(folder, "npm"),
    pnpm_config_store_dir: join(folder, "store"),
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CACHE_HOME: join(folder, "cache"),
    XDG_STATE_HOME: join(folder, "state"),
    XDG_CONFIG_HOME: join(folder, "config"),
  };
}

function wantedInstall() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json"])
    hash.update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

function isInstalled(wanted) {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted && existsSync(nodeLink());
}

function nodeLink() {
  return join(ROOT, "node_modules", ".bin", "node");
}

/** Runs a child in a session of its own, passes our signals on to it and resolves to its exit code. */
function run(command, args, options) {
  const { killGroup, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, detached: true, ...spawnOptions });
    let last = 0;
    const pass = (signal) => {
      if (Date.now() - last < REPEAT_MS) return;
      last = Date.now();
      try {
        if (child.pid) process.kill(killGroup ? -child.pid : child.pid, signal);
      } catch (error) {
        if (error.code !== "ESRCH") throw error; // it is just ending by itself
      }
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, pass);
    const watch = watchNpm(() => pass("SIGTERM"));
    const done = (code) => {
      clearInterval(watch);
      for (const signal of signals) process.removeListener(signal, pass);
      resolve({ code, interrupted: last > 0 });
    };
    child.once("error", (error) => {
      console.error(`${command} can't be run: ${error.message}`);
      done(1);
    });
    child.once("exit", (code, signal) => done(code === null ? 128 + osConstants.signals[signal] : code));
  });
}

/** npm killed outright can't tell us to stop: then we have another parent. */
function watchNpm(stop) {
  const npm = process.ppid;
  if (!process.env.npm_lifecycle_event) return undefined;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    stop();
  }, 250);
  return watch.unref();
}

async function install(wanted) {
  if (!isWritable(ROOT)) fail(`The folder ${ROOT} can't be written by this user; start Lyceum as its owner.`);
  console.error("Installing dependencies (the first time this takes about a minute)");
  rmSync(STAMP, { force: true });
  const { code, interrupted } = await run(
    "npx",
    ["-y", PNPM, "install", "--frozen-lockfile", "--config.confirm-modules-purge=false"],
    {
      // All of it on stderr: with --json, stdout belongs to the one line at the end.
      stdio: ["ignore", 2, 2],
      // .npmrc keeps npm's banner off our output and hands that on to its children; here the progress is wanted.
      env: {
        ...process.env,
        ...cacheEnvironment(),
        npm_config_update_notifier: "false",
        npm_config_loglevel: "notice",
      },
      killGroup: true,
    },
  );
  if (interrupted) process.exit(130);
  if (code !== 0)
    fail("The dependencies couldn't be installed (the reason stands above); is the npm registry within reach?");
  if (!existsSync(nodeLink()))
    fail("The dependencies were installed without Node.js; delete node_modules and start again.");
  writeFileSync(STAMP, wanted);
}

async function main() {
  if (Number.parseInt(process.versions.node, 10) < 18) {
    fail(`Lyceum needs Node.js 18 or newer to start; this is ${process.version}.`);
  }
  const wanted = wantedInstall();
  if (!isInstalled(wanted)) await install(wanted);
  const args = process.argv.slice(2);
  const test = args.includes("--test");
  const script = test ? "scripts/check.ts" : "apps/server/src/main.ts";
  const env = { ...process.env, ...cacheEnvironment(), NEXT_TELEMETRY_DISABLED: "1", TURBO_TELEMETRY_DISABLED: "1" };
  const rest = args.filter((arg) => arg !== "--test");
  // The real binary and no shell: what stands between us and the server would swallow signals. The channel (ipc) lets
  // the server notice that we were killed.
  const { code } = await run(realpathSync(nodeLink()), [join(ROOT, script), ...rest], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env,
  });
  process.exitCode = code;
}

await main();
