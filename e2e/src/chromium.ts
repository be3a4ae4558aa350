/** How Chromium is started here: found by the check or Debian's, and quiet on a machine without internet. */
export const chromiumLaunch = {
  executablePath: process.env.LYCEUM_CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};
