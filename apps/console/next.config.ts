import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const config: NextConfig = {
  // Lets several builds of one working tree live side by side, in development only.
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  // Types are checked once, for the whole workspace, by `tsc -b`.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    serverActions: { bodySizeLimit: "2mb" },
    // What passes proxy.ts is cut there without an error: beyond the largest upload with its choices (12 MB), so that its route sees that it is too large.
    proxyClientMaxBodySize: 13_000_000,
  },
};

export default createNextIntlPlugin("./src/i18n/request.ts")(config);
