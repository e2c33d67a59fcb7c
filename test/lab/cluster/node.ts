import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run";
import { stringify } from "yaml";
import { preferContainers } from "../container-share";
import { answers, type Daemon } from "../daemon";
import type { Settings } from "../settings";
import { writeIfChanged } from "../write-file";
import { pauseImage } from "./pause-image";

/** Socket of the lab's own containerd. */
export const containerdSocket = (home: string): string => join(home, "containerd", "socket");

/** Control group of all pods: containerd names it after its namespace for Kubernetes. */
export const PODS = "k8s.io";

const cri = "io.containerd.grpc.v1.cri";

/** A containerd apart from any other on this machine: own root, state and socket. */
export async function containerd(settings: Settings): Promise<Daemon> {
  const { home } = settings;
  const folder = join(home, "containerd");
  const socket = containerdSocket(home);
  const config = join(folder, "config.toml");
  const text = `version = 2
root = "${join(folder, "root")}"
state = "${join(folder, "state")}"
[grpc]
  address = "${socket}"
[plugins."${cri}"]
  sandbox_image = "${pauseImage}"
  # Machines without CAP_SYS_RESOURCE refuse a lower score than the parent's, and every pod would die.
  restrict_oom_score_adj = true
  [plugins."${cri}".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${join(home, "cni")}"
  [plugins."${cri}".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."${cri}".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
  await mkdir(folder, { recursive: true });
  await writeIfChanged(config, text);
  await preferContainers(PODS);
  return {
    name: "containerd",
    command: ["containerd", "--config", config],
    reads: [text],
    listens: [],
    ready: async () =>
      (await run("ctr", ["--address", socket, "version"], { reject: false })).exitCode === 0,
  };
}

const lateEviction = {
  "memory.available": "50Mi",
  "nodefs.available": "1%",
  "nodefs.inodesFree": "1%",
  "imagefs.available": "1%",
};

/** The node's agent. Works without systemd and with version 1 of control groups. */
export async function kubelet(settings: Settings): Promise<Daemon> {
  const { home, ports } = settings;
  const secret = (name: string): string => join(home, "credentials", name);
  const folder = join(home, "kubelet");
  const text = stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: settings.nodeAddress,
    port: ports.kubelet,
    healthzPort: ports.kubeletHealth,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: secret("ca.crt") },
    },
    authorization: { mode: "AlwaysAllow" },
    tlsCertFile: secret("kubelet.crt"),
    tlsPrivateKeyFile: secret("kubelet.key"),
    containerRuntimeEndpoint: `unix://${containerdSocket(home)}`,
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    failSwapOn: false,
    cgroupsPerQOS: false,
    // Without groups per pod it panics where it finds no note of what a container was given: seen with a pod deleted by force at its start.
    featureGates: { InPlacePodVerticalScaling: false },
    enforceNodeAllocatable: [],
    evictionHard: lateEviction,
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    maxPods: 200,
    podLogsDir: join(home, "pod-logs"),
    volumePluginDir: join(folder, "volume-plugins"),
    resolvConf: "/etc/resolv.conf",
    clusterDNS: [settings.dnsAddress],
    clusterDomain: settings.clusterDomain,
    // The stand-in products start in a moment: look often, so that a rollout takes seconds.
    syncFrequency: "10s",
    nodeStatusReportFrequency: "30s",
    serializeImagePulls: false,
    shutdownGracePeriod: "0s",
  });
  await mkdir(folder, { recursive: true });
  const config = join(home, "kubelet.yaml");
  await writeIfChanged(config, text);
  return {
    name: "kubelet",
    command: [
      join(home, "bin", "kubelet"),
      `--config=${config}`,
      `--kubeconfig=${join(home, "kubeconfig")}`,
      `--root-dir=${folder}`,
      `--cert-dir=${join(folder, "pki")}`,
      `--hostname-override=${settings.nodeName}`,
      `--node-ip=${settings.nodeAddress}`,
    ],
    reads: [text],
    listens: [
      { host: settings.nodeAddress, port: ports.kubelet },
      { host: "127.0.0.1", port: ports.kubeletHealth },
    ],
    ready: async () =>
      (
        await fetch(`http://127.0.0.1:${ports.kubeletHealth}/healthz`, {
          signal: AbortSignal.timeout(2000),
        })
      ).ok,
  };
}

/** Service addresses by iptables; a NodePort answers on 127.0.0.1 alone. */
export async function kubeProxy(settings: Settings): Promise<Daemon> {
  const { home, ports } = settings;
  const text = stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: settings.podRange,
    hostnameOverride: settings.nodeName,
    bindAddress: settings.nodeAddress,
    healthzBindAddress: `127.0.0.1:${ports.proxyHealth}`,
    metricsBindAddress: `127.0.0.1:${ports.proxyMetrics}`,
    nodePortAddresses: ["127.0.0.0/8"],
    iptables: { minSyncPeriod: "100ms", syncPeriod: "30s" },
    // The machine's own limits of tracked connections stay as they are.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    clientConnection: { kubeconfig: join(home, "kubeconfig") },
  });
  const config = join(home, "kube-proxy.yaml");
  await writeIfChanged(config, text);
  const health = { host: "127.0.0.1", port: ports.proxyHealth };
  return {
    name: "kube-proxy",
    command: [join(home, "bin", "kube-proxy"), `--config=${config}`],
    reads: [text],
    listens: [health, { host: "127.0.0.1", port: ports.proxyMetrics }],
    ready: () => answers(health),
  };
}
