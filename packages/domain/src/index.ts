export * from "./api-keys.ts";
export * from "./errors.ts";
export * from "./ids.ts";
export * from "./money.ts";
export * from "./people.ts";
export * from "./prices.ts";
export * from "./secrets.ts";
export * from "./settings.ts";
