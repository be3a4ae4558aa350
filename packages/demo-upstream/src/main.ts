import { parseArgs } from "node:util";
import { startDemoUpstream } from "./index.ts";

const { values } = parseArgs({
  options: { port: { type: "string" }, host: { type: "string" }, credential: { type: "string" } },
});
const port = Number(values.port ?? 0);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`demo-upstream: --port must be a whole number from 0 to 65535, got "${values.port}"`);
  process.exit(2);
}

try {
  const { host, credential } = values;
  const upstream = await startDemoUpstream({
    port,
    ...(host !== undefined && { host }),
    ...(credential !== undefined && { credential }),
  });
  const stop = () => void upstream.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(JSON.stringify({ url: upstream.url }));
} catch (error) {
  console.error(`demo-upstream: cannot listen: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
