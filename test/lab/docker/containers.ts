import { daemonAt, RefusedByDaemon } from "../plugins/docker/daemon";
import { withoutHeads } from "../plugins/docker/log-frames";
import type { Settings } from "../settings";
import { until } from "../until";
import { dockerHost } from "./host";

/** What of a container a test looks at. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** `created`, `running`, `exited`, ... */
  readonly state: string;
  /** `healthy`, `unhealthy`, `starting`; undefined if nobody asks it. */
  readonly health: string | undefined;
  readonly exitCode: number;
  /** The whole answer of the daemon. */
  readonly inspected: Readonly<Record<string, unknown>>;
}

/** Containers of the lab's Docker host, past the plugin and Compose. */
export interface Containers {
  /** Every container, running or not. */
  readonly all: () => Promise<readonly SeenContainer[]>;
  /** The one of this name. @throws Error if there is none */
  readonly named: (name: string) => Promise<SeenContainer>;
  /** Makes a container by a request of Docker's API and starts it. @returns its id */
  readonly start: (name: string, request: object) => Promise<string>;
  /** Removes it, running or not; one that is gone is fine. */
  readonly remove: (name: string) => Promise<void>;
  /** What it wrote, both streams. */
  readonly logs: (name: string) => Promise<string>;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Image: string };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
}

/** Looks past everything at the containers of the lab's Docker host. */
export function containersOf(settings: Settings): Containers {
  const daemon = daemonAt(dockerHost(settings).url);
  const at = (name: string): string => `/containers/${encodeURIComponent(name)}`;
  const named: Containers["named"] = async (name) =>
    seen((await daemon.must("GET", `${at(name)}/json`)) as Inspected);
  return {
    named,
    all: async () => {
      const listed = (await daemon.must("GET", "/containers/json?all=1")) as readonly Inspected[];
      // Others are at work on the host as well, and one of theirs may be gone by now.
      const looked = await Promise.all(
        listed.map(({ Id }) =>
          named(Id).catch((error: unknown) => {
            if (error instanceof RefusedByDaemon && error.status === 404) return undefined;
            throw error;
          }),
        ),
      );
      return looked.filter((one) => one !== undefined);
    },
    start: async (name, request) => {
      const path = `/containers/create?name=${encodeURIComponent(name)}`;
      const made = (await daemon.must("POST", path, { body: request })) as Inspected;
      await daemon.must("POST", `${at(made.Id)}/start`);
      return made.Id;
    },
    remove: async (name) => {
      await daemon.ask("DELETE", `${at(name)}?force=1&v=1`);
      const isGone = async (): Promise<boolean> =>
        (await daemon.ask("GET", `${at(name)}/json`)).status === 404;
      await until(`container ${name} is gone`, isGone, { seconds: 30 });
    },
    logs: async (name) => {
      const path = `${at(name)}/logs?stdout=1&stderr=1`;
      return withoutHeads((await daemon.must("GET", path, { raw: true })) as Buffer);
    },
  };
}

const seen = (found: Inspected): SeenContainer => ({
  id: found.Id,
  name: found.Name.replace(/^\//, ""),
  image: found.Config.Image,
  state: found.State.Status,
  health: found.State.Health?.Status,
  exitCode: found.State.ExitCode,
  inspected: found as unknown as Readonly<Record<string, unknown>>,
});
