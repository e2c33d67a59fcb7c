import { join } from "node:path";
import { apiserver, controllerManager, etcd, scheduler } from "./cluster/control-plane";
import { ensureCredentials, type Credentials } from "./cluster/credentials";
import { coredns, nameServices } from "./cluster/name-service";
import { importImages, type ImageArchive } from "./cluster/images";
import { containerd, kubelet, kubeProxy } from "./cluster/node";
import { ensureNetwork } from "./cluster/network";
import { noteOutside } from "./cluster/outside";
import { nodeReady } from "./cluster/node-ready";
import { ensureDaemon, type Daemon } from "./daemon";
import { installPackages, missingPackages } from "./packages";
import type { Part } from "./parts";
import { buildProduct, ensureImages } from "./products";
import { ensurePulumiHome, type PluginKind } from "./pulumi-home";
import { postgres } from "./services/postgres";
import { prometheus } from "./services/prometheus";
import { redis } from "./services/redis";
import { supabase } from "./services/supabase";
import { versitygw } from "./services/versitygw";
import type { Settings } from "./settings";
import { linkProgram, toolParts } from "./tool-parts";
import { toolSets } from "./tool-sets";

/** What the parts hand to each other and, in the end, to the lab's description. */
export interface Made {
  credentials?: Credentials;
  binary?: string;
  images?: readonly ImageArchive[];
  plugins?: PluginKind;
}

/** Tools that part of the work does without, and what they are for. */
const OPTIONAL = {
  coredns: ["coredns tools", "CoreDNS", "name service"],
  prometheus: ["prometheus tools", "Prometheus"],
  versitygw: ["versitygw tools", "bucket server"],
} as const;
export type OptionalTool = keyof typeof OPTIONAL;

/** The parts of a lab that knows none of these tools. */
export function withoutTools(
  parts: readonly Part[],
  tools: readonly OptionalTool[],
): readonly Part[] {
  const left = new Set<string>(tools.flatMap((tool) => OPTIONAL[tool]));
  return parts.filter(({ name }) => !left.has(name));
}

/** Every part of a lab with what it needs; `made` is complete once all of them ran. */
export async function partsOfLab(settings: Settings, made: Made): Promise<readonly Part[]> {
  const tools = join(settings.checkout, "test", "lab", "tools");
  const sets = await Promise.all(toolSets.map((set) => toolParts(settings, tools, set)));
  const packages = (await missingPackages()).length;
  return [
    {
      name: "Debian packages",
      needs: [],
      seconds: packages === 0 ? 0 : 30,
      run: installPackages,
    },
    ...sets.flat(),
    {
      name: "products",
      needs: [],
      seconds: 5,
      heavy: true,
      run: async (say, signal) => {
        made.binary = await buildProduct(settings, say, signal);
        await linkProgram(settings, made.binary, "product");
        return undefined;
      },
    },
    {
      name: "images",
      needs: ["products", "Debian packages"],
      seconds: 3,
      run: async () => {
        made.images = await ensureImages(settings, made.binary!);
        return `${made.images.length} archives`;
      },
    },
    {
      name: "credentials",
      needs: ["Debian packages"],
      seconds: 1,
      run: async () => {
        made.credentials = await ensureCredentials(settings);
        return undefined;
      },
    },
    {
      name: "network",
      needs: ["Debian packages"],
      seconds: 1,
      run: async () => {
        await noteOutside(settings);
        await ensureNetwork(settings);
        return undefined;
      },
    },
    {
      name: "Pulumi home",
      needs: [],
      seconds: 2,
      run: async () => {
        made.plugins = await ensurePulumiHome(settings);
        return made.plugins === "official" ? "official plugins" : "stand-in plugins";
      },
    },
    ...serviceParts(settings, made),
    ...clusterParts(settings, made),
  ];
}

function serviceParts(settings: Settings, made: Made): readonly Part[] {
  return [
    daemonPart(settings, "PostgreSQL", ["credentials", "network"], 3, () =>
      postgres(settings, made.credentials!.postgresPassword),
    ),
    daemonPart(settings, "Redis", ["network"], 1, () => redis(settings)),
    daemonPart(settings, "bucket server", ["versitygw tools", "credentials"], 1, () =>
      versitygw(settings, made.credentials!.bucketSecret),
    ),
    daemonPart(settings, "Supabase stand-in", ["PostgreSQL", "products"], 1, () =>
      supabase(settings, made.binary!, made.credentials!.postgresPassword),
    ),
  ];
}

function clusterParts(settings: Settings, made: Made): readonly Part[] {
  return [
    daemonPart(settings, "etcd", ["cluster tools", "credentials"], 1, () => etcd(settings)),
    daemonPart(settings, "API server", ["etcd", "network"], 4, () => apiserver(settings)),
    daemonPart(settings, "controller manager", ["API server"], 1, () =>
      controllerManager(settings),
    ),
    daemonPart(settings, "scheduler", ["API server"], 1, () => scheduler(settings)),
    daemonPart(settings, "containerd", ["Debian packages", "network"], 1, () =>
      containerd(settings),
    ),
    {
      name: "images in containerd",
      needs: ["images", "containerd"],
      seconds: 4,
      run: async () => `${await importImages(settings, made.images!)} brought in`,
    },
    daemonPart(settings, "kubelet", ["API server", "images in containerd"], 1, () =>
      kubelet(settings),
    ),
    daemonPart(settings, "kube-proxy", ["API server"], 2, () => kubeProxy(settings)),
    daemonPart(settings, "CoreDNS", ["coredns tools", "API server"], 2, () => coredns(settings)),
    {
      name: "name service",
      needs: ["CoreDNS"],
      seconds: 1,
      run: async () => {
        await nameServices(settings);
        return `answers pods on ${settings.dnsAddress}`;
      },
    },
    daemonPart(settings, "Prometheus", ["prometheus tools", "API server"], 2, () =>
      prometheus(settings),
    ),
    {
      name: "node",
      needs: ["kubelet", "kube-proxy", "controller manager", "scheduler"],
      seconds: 2,
      run: async () => {
        await nodeReady(settings);
        return "ready for pods";
      },
    },
  ];
}

function daemonPart(
  settings: Settings,
  name: string,
  needs: readonly string[],
  seconds: number,
  make: () => Daemon | Promise<Daemon>,
): Part {
  return {
    name,
    needs,
    seconds,
    run: async () =>
      (await ensureDaemon(settings.home, await make())) ? "started" : "runs already",
  };
}
