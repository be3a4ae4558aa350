import "server-only";
import { getPublicSettings } from "@lyceum/db";
import { cache } from "react";
import { getDb } from "./db.ts";

/** The settings anyone may see (site name, currency, zone, registration, terms, contact); read once per request. */
export const getSettings = cache(() => getPublicSettings(getDb()));
