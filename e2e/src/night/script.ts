/** Who stands behind a channel of the night: its public deployments, and the credentials it has, by their names at its upstream. */
export type NightChannel = {
  readonly name: "alpha" | "beta" | "gamma";
  /** Higher is tried first. */
  readonly priority: number;
  readonly models: readonly NightModel[];
  readonly credentials: readonly string[];
};

export const nightModels = ["night-1", "night-2", "night-3", "night-4", "night-5", "night-6"] as const;
export type NightModel = (typeof nightModels)[number];
/** The one that falls silent; it is only asked for streams. */
export const SILENT_MODEL: NightModel = "night-3";

/** Three channels and six models: some on two or three of them, two on one alone. */
export const nightChannels: readonly NightChannel[] = [
  {
    name: "alpha",
    priority: 10,
    models: ["night-1", "night-2", "night-3", "night-4", "night-5"],
    credentials: ["sk-alpha-one-0001", "sk-alpha-two-0002"],
  },
  {
    name: "beta",
    priority: 5,
    models: ["night-1", "night-2", "night-3", "night-4"],
    credentials: ["sk-beta-only-0003"],
  },
  { name: "gamma", priority: 0, models: ["night-1", "night-6"], credentials: ["sk-gamma-only-0004"] },
];

/** What a model is at the upstream: a short answer, or a stream of twenty pieces. */
export const upstreamModels: Readonly<Record<NightModel, string>> = {
  "night-1": "demo-text",
  "night-2": "demo-fast",
  "night-3": "demo-chunks-20-every-5ms",
  "night-4": "demo-echo",
  "night-5": "demo-n",
  "night-6": "demo-json",
};

/** A fault: from `from` to `to`, in units, requests to a model of a channel or with one of its credentials are answered as `as` answers. */
export type Fault = {
  readonly channel: NightChannel["name"];
  readonly model?: NightModel;
  readonly credential?: string;
  readonly as: string;
  readonly from: number;
  readonly to: number;
  /** The event that tells of it. */
  readonly foundBy: "deployment-opened" | "credential-refused" | "credential-cooling";
};

/**
 * The night: every kind of failure comes, some at the same time, and all are over at MORNING. night-4 has no healthy deployment from 6 on, night-5
 * has nothing but a credential that is refused and one that has to wait. night-6 is never touched.
 */
export const MORNING = 14;
export const faults: readonly Fault[] = [
  { channel: "alpha", model: "night-1", as: "demo-500", from: 2, to: MORNING, foundBy: "deployment-opened" },
  { channel: "alpha", model: "night-2", as: "demo-404-model", from: 4, to: MORNING, foundBy: "deployment-opened" },
  { channel: "alpha", model: "night-3", as: "demo-silent", from: 5, to: MORNING, foundBy: "deployment-opened" },
  { channel: "alpha", model: "night-4", as: "demo-403", from: 6, to: MORNING, foundBy: "deployment-opened" },
  { channel: "beta", model: "night-4", as: "demo-502-html", from: 6, to: MORNING, foundBy: "deployment-opened" },
  {
    channel: "alpha",
    credential: "sk-alpha-one-0001",
    as: "demo-401",
    from: 8,
    to: MORNING,
    foundBy: "credential-refused",
  },
  {
    channel: "alpha",
    credential: "sk-alpha-two-0002",
    as: "demo-429",
    from: 10,
    to: 12,
    foundBy: "credential-cooling",
  },
];

type Stretch = { readonly from: number; readonly to: number };

/** When a channel could not serve a model: the model failed there, or all credentials did. */
function brokenStretches({ name, credentials }: NightChannel, model: NightModel): Stretch[] {
  const own = faults.filter(({ channel }) => channel === name);
  const ends = [...new Set(own.flatMap(({ from, to }) => [from, to]))].sort((one, other) => one - other);
  return ends.flatMap((from, index) => {
    const to = ends[index + 1];
    const now = own.filter((fault) => fault.from <= from && from < fault.to);
    const isOut =
      now.some((fault) => fault.model === model) ||
      credentials.every((credential) => now.some((fault) => fault.credential === credential));
    return isOut && to !== undefined ? [{ from, to }] : [];
  });
}

/**
 * Whether some deployment of a model worked all the while from `from` to `to`, and had for `settled` before if it had ever been broken: the time
 * that the machine may take to find out. Times in units.
 */
export function hadHealthy(model: NightModel, from: number, to: number, settled: number): boolean {
  return nightChannels.some(
    (channel) =>
      channel.models.includes(model) &&
      brokenStretches(channel, model).every((stretch) => stretch.to + settled <= from || to <= stretch.from),
  );
}
