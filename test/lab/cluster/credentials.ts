import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { exists } from "../cache";
import type { Settings } from "../settings";
import { writeIfChanged } from "../write-file";
import { ensureCertificates, ensureKey } from "./certificates";

/** Keys and passwords of one lab, made once and kept until `down`. */
export interface Credentials {
  readonly folder: string;
  readonly adminToken: string;
  readonly postgresPassword: string;
  readonly passphrase: string;
  /** Of the root account of the bucket server. */
  readonly bucketSecret: string;
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
}

/** Makes what is missing of the certificate authority, the certificates, tokens and passwords. */
export async function ensureCredentials(settings: Settings): Promise<Credentials> {
  const folder = join(settings.home, "credentials");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = [
    `IP:127.0.0.1,IP:${settings.nodeAddress},IP:${settings.serviceAddress},DNS:localhost`,
    "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc",
  ].join(",");
  await ensureCertificates(folder, [
    { name: "apiserver", subject: "/CN=kube-apiserver", names },
    {
      name: "kubelet",
      subject: `/CN=${settings.nodeName}`,
      names: `IP:${settings.nodeAddress}`,
    },
    { name: "kubelet-client", subject: "/O=system:masters/CN=kube-apiserver" },
  ]);
  await ensureKey(join(folder, "service-account.key"));
  const adminToken = await ensureSecret(folder, "admin-token");
  await writePrivate(join(folder, "tokens.csv"), `${adminToken},admin,admin,system:masters\n`);
  const kubeconfig = join(settings.home, "kubeconfig");
  await writePrivate(kubeconfig, await kubeconfigText(settings, folder, adminToken));
  return {
    folder,
    adminToken,
    kubeconfig,
    postgresPassword: await ensureSecret(folder, "postgres-password"),
    passphrase: await ensureSecret(folder, "passphrase"),
    bucketSecret: await ensureSecret(folder, "bucket-secret"),
  };
}

const writePrivate = (path: string, text: string): Promise<void> =>
  writeIfChanged(path, text, 0o600);

async function ensureSecret(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  if (!(await exists(path))) await writePrivate(path, randomBytes(18).toString("base64url"));
  return readFile(path, "utf8");
}

async function kubeconfigText(settings: Settings, folder: string, token: string): Promise<string> {
  const authority = (await readFile(join(folder, "ca.crt"))).toString("base64");
  const name = settings.context;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [
      {
        name,
        cluster: {
          server: `https://127.0.0.1:${settings.ports.apiserver}`,
          "certificate-authority-data": authority,
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}
