import type { DeploymentFindings, ModelDeployment, ModelRow, Traffic } from "@lyceum/db";
import type { StatusKind } from "#components/ui/status.tsx";
import type { HealthView } from "./filter.ts";

/** One deployment as a cell shows it. */
export type Cell = ModelDeployment & {
  readonly findings: DeploymentFindings | null;
  readonly traffic: Traffic | null;
};

export type MatrixRow = Pick<ModelRow, "id" | "name" | "vendor" | "standing" | "retiresAt"> & {
  readonly cells: readonly Cell[];
  /** The machine took something of it out. */
  readonly isBroken: boolean;
};

export const cellStates = [
  "up",
  "idle",
  "open",
  "half-open",
  "off",
  "channel-off",
  "no-credential",
  "credentials-out",
] as const;
export type CellState = (typeof cellStates)[number];

/** idle: in use, but nobody asked. */
export function cellState({ standing, traffic }: Pick<Cell, "standing" | "traffic">): CellState {
  return standing === "up" && traffic === null ? "idle" : standing;
}

export const cellKinds = {
  up: "ok",
  idle: "none",
  open: "down",
  "half-open": "warn",
  off: "off",
  "channel-off": "off",
  "no-credential": "off",
  "credentials-out": "paused",
} as const satisfies Record<CellState, StatusKind>;

const brokenStates: readonly CellState[] = ["open", "half-open", "credentials-out"];

/** Rows of models that are not retired, the broken ones first, then by name. */
export function matrixRows(
  models: readonly ModelRow[],
  findings: ReadonlyMap<string, DeploymentFindings>,
  traffic: ReadonlyMap<string, Traffic>,
): MatrixRow[] {
  return models
    .filter((model) => model.standing !== "removed" && model.deployments.length > 0)
    .map(({ id, name, vendor, standing, retiresAt, deployments }) => {
      const cells = deployments.map((deployment) => ({
        ...deployment,
        findings: findings.get(deployment.id) ?? null,
        traffic: traffic.get(deployment.id) ?? null,
      }));
      const isBroken = cells.some((cell) => brokenStates.includes(cellState(cell)));
      return { id, name, vendor, standing, retiresAt, cells, isBroken };
    })
    .sort((a, b) => Number(b.isBroken) - Number(a.isBroken) || a.name.localeCompare(b.name, "en"));
}

/** Rows that match every filter. */
export function filterRows(
  rows: readonly MatrixRow[],
  view: Pick<HealthView, "search" | "broken" | "vendor" | "channel">,
) {
  const words = view.search.toLowerCase().split(/\s+/);
  return rows.filter(
    (row) =>
      words.every((word) => `${row.name} ${row.vendor}`.toLowerCase().includes(word)) &&
      (!view.broken || row.isBroken) &&
      (view.vendor === undefined || row.vendor === view.vendor) &&
      (view.channel === undefined || row.cells.some((cell) => cell.channelId === view.channel)),
  );
}

/** The channels that serve any of these models, by name. */
export function channelsOf(rows: readonly MatrixRow[]): { id: string; name: string }[] {
  const names = new Map(rows.flatMap(({ cells }) => cells.map((cell) => [cell.channelId, cell.channelName] as const)));
  return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name, "en"));
}
