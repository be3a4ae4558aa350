import { registerHooks } from "node:module";

// "server-only" is Next's own name; outside of it there is nothing to keep apart.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "server-only") return { url: "data:text/javascript,", shortCircuit: true };
    return next(specifier, context);
  },
});
