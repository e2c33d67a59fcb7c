import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { keyOf } from "./cache";
import { apiserver } from "./cluster/control-plane";
import { takeDown } from "./down";
import { SPARING, ensureDaemon, runningDaemon, stopDaemon } from "./daemon";
import { withLock } from "./lock";
import { runParts } from "./parts";
import { tellProgress } from "./progress";
import type { PluginKind } from "./pulumi-home";
import { readSettings, type Settings } from "./settings";
import { BUCKET_KEY_ID } from "./services/versitygw";
import { partsOfLab, withoutTools, type Made, type OptionalTool } from "./up-parts";
import { writeIfChanged } from "./write-file";

/** A running lab, as its users see it. */
export interface Lab {
  readonly home: string;
  /** Variables under which plain pulumi, kubectl and helm work on the lab. */
  readonly env: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
  readonly context: string;
  readonly plugins: PluginKind;
  readonly postgres: {
    readonly host: string;
    readonly podHost: string;
    readonly port: number;
    readonly superuser: string;
    readonly password: string;
  };
  readonly redis: { readonly podHost: string; readonly port: number };
  /** Base of the Supabase stand-in; reachable from pods and from this machine. */
  readonly supabaseUrl: string;
  /** Base of the Prometheus that scrapes every gateway of the lab; reachable from this machine. */
  readonly prometheusUrl: string;
  /** The server of buckets, and its root account. */
  readonly buckets: { readonly url: string; readonly keyId: string; readonly secret: string };
  /** The products' program, for its `load` subcommand. */
  readonly binary: string;
}

/** Programs that a lab runs, in the order in which they are stopped. */
export const daemonNames: readonly string[] = [
  "prometheus",
  "versitygw",
  "coredns",
  "kubelet",
  "kube-proxy",
  "kube-scheduler",
  "kube-controller-manager",
  "kube-apiserver",
  "etcd",
  "containerd",
  "supabase",
  "redis",
  "postgres",
];

/** What runs of a lab. */
export interface LabState {
  readonly home: string;
  readonly daemons: readonly { readonly name: string; readonly pid: number | undefined }[];
  /** Whether the lab came up completely and everything of it still runs. */
  readonly whole: boolean;
}

const descriptionFile = (home: string): string => join(home, "lab.json");
// Beside the cache, which `down` leaves alone: a lock that is deleted while others wait for it guards nothing.
const lockFile = (settings: Settings): string =>
  join(settings.cache, `lock-${keyOf([settings.home])}`);

/**
 * Leaves the whole lab running and describes it; what runs already is reused, what died is started again.
 *
 * @param report - is given one plain line at a time about the course.
 * @param without - what whoever asks does not need: it is neither compiled nor started, and stays where it runs. @defaultValue nothing
 */
export async function labUp(
  report: (line: string) => void,
  { without = [] }: { readonly without?: readonly OptionalTool[] } = {},
): Promise<Lab> {
  const settings = readSettings(process.env);
  return withLock(lockFile(settings), report, async () => {
    await mkdir(settings.home, { recursive: true });
    // Other accounts pass through it, whoever made it first: PostgreSQL does not run as root.
    await chmod(settings.home, 0o755);
    const made: Made = {};
    const parts = withoutTools(await partsOfLab(settings, made), without);
    const progress = tellProgress(parts, report);
    try {
      await runParts(parts, progress, 2);
    } finally {
      progress.stop();
    }
    const lab = describe(settings, made);
    await writeIfChanged(descriptionFile(settings.home), JSON.stringify(lab, null, 2), 0o600);
    return withPath(lab);
  });
}

/** Stops everything of the lab and removes its traces; the cache of compiled tools stays. A lab that is gone is fine. */
export async function labDown(report: (line: string) => void): Promise<void> {
  const settings = readSettings(process.env);
  await withLock(lockFile(settings), report, () => takeDown(settings, daemonNames, report));
}

/**
 * Kills the API server with SIGKILL, as a crash would, and returns once a new one answers. What it had accepted is kept in etcd.
 *
 * @param seconds - how long nobody is home before the new one starts
 */
export async function crashApiServer(
  seconds: number,
  report: (line: string) => void,
): Promise<void> {
  const settings = readSettings(process.env);
  await withLock(lockFile(settings), report, async () => {
    const server = apiserver(settings);
    await stopDaemon(settings.home, server.name, { signal: "SIGKILL" });
    await pause(seconds * 1000);
    await ensureDaemon(settings.home, server);
  });
}

/** Looks which of the lab's programs run. */
export async function labState(): Promise<LabState> {
  const { home } = readSettings(process.env);
  const daemons = await Promise.all(
    daemonNames.map(async (name) => ({ name, pid: (await runningDaemon(home, name))?.pid })),
  );
  const described = (await readDescription(home)) !== undefined;
  return { home, daemons, whole: described && daemons.every(({ pid }) => pid !== undefined) };
}

/**
 * Gives the running lab.
 *
 * @throws Error when there is none, or a part of it died.
 */
export async function connectLab(): Promise<Lab> {
  const state = await labState();
  const lab = await readDescription(state.home);
  const dead = state.daemons.filter(({ pid }) => pid === undefined).map(({ name }) => name);
  if (lab !== undefined && dead.length === 0) return withPath(lab);
  const found = lab === undefined ? "no lab runs" : `of the lab, ${dead.join(", ")} died`;
  throw new Error(`${found} (${state.home}). Fix: npm run lab -- up`);
}

// The path is that of whoever asks, not of whoever brought the lab up.
const withPath = (lab: Lab): Lab => ({
  ...lab,
  env: { ...lab.env, PATH: `${join(lab.home, "bin")}:${process.env["PATH"] ?? ""}` },
});

const readDescription = (home: string): Promise<Lab | undefined> =>
  readFile(descriptionFile(home), "utf8").then(
    (text) => JSON.parse(text) as Lab,
    () => undefined,
  );

function describe(settings: Settings, made: Made): Lab {
  const { home, ports, nodeAddress } = settings;
  const { credentials, plugins } = made;
  return {
    home,
    env: {
      ...SPARING,
      LAB_HOME: home,
      KUBECONFIG: credentials!.kubeconfig,
      PULUMI_HOME: join(home, "pulumi"),
      PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: credentials!.passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_OPTION_CWD: join(home, "project"),
      ...(plugins === "standin" ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
    },
    kubeconfig: credentials!.kubeconfig,
    context: settings.context,
    plugins: plugins!,
    postgres: {
      host: "127.0.0.1",
      podHost: nodeAddress,
      port: ports.postgres,
      superuser: "postgres",
      password: credentials!.postgresPassword,
    },
    redis: { podHost: nodeAddress, port: ports.redis },
    supabaseUrl: `http://${nodeAddress}:${ports.supabase}`,
    prometheusUrl: `http://127.0.0.1:${ports.prometheus}`,
    buckets: {
      url: `http://127.0.0.1:${ports.buckets}`,
      keyId: BUCKET_KEY_ID,
      secret: credentials!.bucketSecret,
    },
    binary: made.binary!,
  };
}
