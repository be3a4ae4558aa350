import { testChannel } from "@lyceum/gateway";
import { run } from "./run.ts";

process.exitCode = await run(
  process.argv.slice(2),
  process.env,
  { out: (line) => console.log(line), error: (line) => console.error(line), write },
  testChannel,
);

function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));
}
