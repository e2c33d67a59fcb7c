import { join } from "node:path";
import { answers, type Daemon } from "../daemon";
import type { Settings } from "../settings";
import { askApi } from "./api";

const loopback = "127.0.0.1";

const isOk = async (url: string): Promise<boolean> =>
  (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;

/** The cluster's store: one member on loopback; what it holds is not worth a disk flush. */
export function etcd(settings: Settings): Daemon {
  const { home, ports } = settings;
  const client = `http://${loopback}:${ports.etcd}`;
  const peer = `http://${loopback}:${ports.etcdPeer}`;
  return {
    name: "etcd",
    command: [
      join(home, "bin", "etcd"),
      `--name=lab`,
      `--data-dir=${join(home, "etcd")}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=lab=${peer}`,
      `--unsafe-no-fsync`,
      `--log-level=warn`,
    ],
    listens: [
      { host: loopback, port: ports.etcd },
      { host: loopback, port: ports.etcdPeer },
    ],
    ready: () => isOk(`${client}/health`),
  };
}

/** The API server, on loopback alone; pods reach it through the Service address. */
export function apiserver(settings: Settings): Daemon {
  const { home, ports } = settings;
  const secret = (name: string): string => join(home, "credentials", name);
  return {
    name: "kube-apiserver",
    command: [
      join(home, "bin", "kube-apiserver"),
      `--etcd-servers=http://${loopback}:${ports.etcd}`,
      `--bind-address=${loopback}`,
      `--secure-port=${ports.apiserver}`,
      `--advertise-address=${settings.nodeAddress}`,
      `--endpoint-reconciler-type=none`,
      `--allow-privileged=true`,
      `--authorization-mode=Node,RBAC`,
      `--token-auth-file=${secret("tokens.csv")}`,
      `--tls-cert-file=${secret("apiserver.crt")}`,
      `--tls-private-key-file=${secret("apiserver.key")}`,
      `--client-ca-file=${secret("ca.crt")}`,
      `--kubelet-certificate-authority=${secret("ca.crt")}`,
      `--kubelet-client-certificate=${secret("kubelet-client.crt")}`,
      `--kubelet-client-key=${secret("kubelet-client.key")}`,
      // Exec and logs would look the node's name up in DNS otherwise.
      `--kubelet-preferred-address-types=InternalIP`,
      `--service-account-issuer=https://kubernetes.default.svc`,
      `--service-account-key-file=${secret("service-account.key")}`,
      `--service-account-signing-key-file=${secret("service-account.key")}`,
      `--service-cluster-ip-range=${settings.serviceRange}`,
    ],
    listens: [{ host: loopback, port: ports.apiserver }],
    ready: async () => (await askApi(settings, "/readyz")).status === 200,
    readySeconds: 120,
  };
}

/** The controllers, with the admin's rights. */
export function controllerManager(settings: Settings): Daemon {
  const { home, ports } = settings;
  const socket = { host: loopback, port: ports.controllerManager };
  const secret = (name: string): string => join(home, "credentials", name);
  return {
    name: "kube-controller-manager",
    command: [
      join(home, "bin", "kube-controller-manager"),
      `--kubeconfig=${join(home, "kubeconfig")}`,
      `--leader-elect=false`,
      `--bind-address=${loopback}`,
      `--secure-port=${ports.controllerManager}`,
      `--cert-dir=${join(home, "controller-manager")}`,
      `--root-ca-file=${secret("ca.crt")}`,
      `--service-account-private-key-file=${secret("service-account.key")}`,
      `--service-cluster-ip-range=${settings.serviceRange}`,
    ],
    listens: [socket],
    ready: () => answers(socket),
  };
}

/** The scheduler, with the admin's rights. */
export function scheduler(settings: Settings): Daemon {
  const { home, ports } = settings;
  const socket = { host: loopback, port: ports.scheduler };
  return {
    name: "kube-scheduler",
    command: [
      join(home, "bin", "kube-scheduler"),
      `--kubeconfig=${join(home, "kubeconfig")}`,
      `--leader-elect=false`,
      `--bind-address=${loopback}`,
      `--secure-port=${ports.scheduler}`,
      `--cert-dir=${join(home, "scheduler")}`,
    ],
    listens: [socket],
    ready: () => answers(socket),
  };
}
