import type { ComposeAdoption } from "../../../components/docker/compose/adoption";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import type { ProjectLook } from "../../../components/docker/facts/look-at-project";
import {
  composeAdoption,
  type ComposeAdoptionArgs,
} from "../../../components/docker/gates/compose-adoption";
import { dockerPlace } from "../../../components/docker/settings";
import { observed } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { host } from "../facts";

export const at = "Docker at unix:///var/run/docker.sock";
export const setting = (key: string) => `gateways:smoltbot.${key}`;
export const place = (change: object = {}) =>
  dockerPlace("smoltbot").parse({ network: "smoltbot_default", ...change });

export const part = (service: string, isRunning = true) => ({
  service,
  name: `smoltbot-${service}-1`,
  isRunning,
});
/** What is there of a Compose project that the stack file means, changed as said. */
export const found = (change: Partial<ComposeAdoption> = {}): ComposeAdoption => ({
  network: "smoltbot_default",
  aliases: { postgres: ["postgres"], gateway: ["gateway"] },
  volumes: { database: "smoltbot_pgdata", cache: "smoltbot_redisdata" },
  database: { name: "smoltbot", user: "smoltbot" },
  published: { address: "0.0.0.0", port: 8787 },
  lost: [],
  changed: [],
  databaseImage: "postgres:16-alpine",
  image: "ghcr.io/mnemom/gateway:1.0.0",
  parts: [part("postgres"), part("gateway")],
  unpublished: [],
  orphans: [],
  strangers: [],
  ...change,
});

export const onData = {
  mounts: [{ kind: "volume" as const, source: "smoltbot_pgdata", path: "/data" }],
};

interface World {
  readonly compose?: ProjectLook | "none";
  readonly containers?: readonly ContainerFacts[];
  readonly args?: Partial<ComposeAdoptionArgs>;
}

/** What the gate finds. */
export const ask = ({ compose = found(), containers = [], args = {} }: World = {}) =>
  composeAdoption({
    host: host({ containers }),
    compose: compose === "none" ? undefined : observed(compose),
    gateway: "smoltbot",
    place: place(),
    version: "1.0.0",
    names: { postgres: ["postgres"], gateway: ["gateway"] },
    plan: { verified: undefined, to: "1.0.0", change: "none" },
    at,
    path: setting,
    ...args,
  });
export const say = (world?: World) => spoken(ask(world));
