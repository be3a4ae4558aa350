// Loaded into the console's process before anything else (node --import). Its stdin is a pipe that only the supervisor
// holds: when that ends, the supervisor is gone, kill -9 included, and nothing would ever stop this process.
process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();
