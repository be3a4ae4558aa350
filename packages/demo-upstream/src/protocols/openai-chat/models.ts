import { demoModels } from "../../scripts/catalogue.ts";
import { BadCall, type Lookup } from "../protocol.ts";
import { openaiManners } from "./chat.ts";

const prefix = "/v1/models/";

/** `GET /v1/models` and `/v1/models/NAME` as OpenAI answers them. */
export const openaiModels: Lookup = {
  ...openaiManners,
  accepts: (method, pathname) => method === "GET" && (pathname === "/v1/models" || pathname.startsWith(prefix)),
  read({ path }) {
    const { pathname } = new URL(path, "http://localhost");
    if (!pathname.startsWith(prefix)) {
      const data = demoModels.map(({ name }) => encodeModel(name));
      return { reply: () => JSON.stringify({ object: "list", data }) };
    }
    const wanted = decodeURIComponent(pathname.slice(prefix.length));
    if (!demoModels.some(({ name }) => name === wanted)) {
      throw new BadCall(`The model '${wanted}' does not exist`, "model", 404);
    }
    return { reply: () => JSON.stringify(encodeModel(wanted)) };
  },
};

function encodeModel(id: string) {
  return { id, object: "model", created: 0, owned_by: "demo-upstream" };
}
