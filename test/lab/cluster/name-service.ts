import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Daemon } from "../daemon";
import { run } from "../run";
import type { Settings } from "../settings";
import { writeIfChanged } from "../write-file";

/**
 * What CoreDNS is told: it answers for Services and pods of the cluster, and passes the rest on to this machine's own name servers;
 * where the machine has none it refuses. Nothing is cached: a test that changes a Service sees the change at once.
 */
export function corefile(settings: Settings, resolvConf: string): string {
  const { nodeAddress, ports, clusterDomain, home } = settings;
  const upstream = /^nameserver\s+\S/m.test(resolvConf) ? ["forward . /etc/resolv.conf"] : [];
  const zones = `${clusterDomain} in-addr.arpa ip6.arpa`;
  return [
    `.:${ports.dns} {`,
    `  bind ${nodeAddress}`,
    "  errors",
    `  ready 127.0.0.1:${ports.dnsReady}`,
    `  kubernetes ${zones} {`,
    `    kubeconfig ${join(home, "kubeconfig")}`,
    "    pods insecure",
    "    fallthrough in-addr.arpa ip6.arpa",
    "    ttl 1",
    "  }",
    ...upstream.map((line) => `  ${line}`),
    "}\n",
  ].join("\n");
}

/** The cluster's name server, a process of the lab like the other parts of the control plane. */
export async function coredns(settings: Settings): Promise<Daemon> {
  const { home, ports } = settings;
  const text = corefile(settings, await readFile("/etc/resolv.conf", "utf8").catch(() => ""));
  const folder = join(home, "coredns");
  await mkdir(folder, { recursive: true });
  const config = join(folder, "Corefile");
  await writeIfChanged(config, text);
  const ready = `http://127.0.0.1:${ports.dnsReady}/ready`;
  return {
    name: "coredns",
    command: [join(home, "bin", "coredns"), "-conf", config],
    reads: [text],
    listens: [
      { host: settings.nodeAddress, port: ports.dns },
      { host: "127.0.0.1", port: ports.dnsReady },
    ],
    ready: async () => (await fetch(ready, { signal: AbortSignal.timeout(2000) })).ok,
  };
}

/** Gives the name server its usual Service, `kube-dns`, under the address that the kubelet writes into every pod. */
export async function nameServices(settings: Settings): Promise<void> {
  const { home } = settings;
  const apply = ["apply", "--server-side", "--force-conflicts", "--filename", "-"];
  await run(join(home, "bin", "kubectl"), ["--kubeconfig", join(home, "kubeconfig"), ...apply], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects(settings) }),
  });
}

function objects({ dnsAddress, nodeAddress, ports }: Settings): readonly unknown[] {
  const metadata = {
    name: "kube-dns",
    namespace: "kube-system",
    labels: { "k8s-app": "kube-dns", "kubernetes.io/service-name": "kube-dns" },
  };
  const both = [
    { name: "dns", protocol: "UDP" },
    { name: "dns-tcp", protocol: "TCP" },
  ];
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      // Without a selector: its only endpoint is no pod.
      spec: { clusterIP: dnsAddress, ports: both.map((port) => ({ ...port, port: 53 })) },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata,
      addressType: "IPv4",
      endpoints: [{ addresses: [nodeAddress], conditions: { ready: true } }],
      ports: both.map((port) => ({ ...port, port: ports.dns })),
    },
  ];
}
