import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run";
import { stringify } from "yaml";
import { exists } from "../cache";
import type { Settings } from "../settings";
import { writeIfChanged } from "../write-file";

/** Keys and passwords of one lab, made once and kept until `down`. */
export interface Credentials {
  readonly folder: string;
  readonly adminToken: string;
  readonly postgresPassword: string;
  readonly passphrase: string;
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
}

/** Makes what is missing of the certificate authority, the certificates, tokens and passwords. */
export async function ensureCredentials(settings: Settings): Promise<Credentials> {
  const folder = join(settings.home, "credentials");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await ensureAuthority(folder);
  const names = [
    `IP:127.0.0.1,IP:${settings.nodeAddress},IP:${settings.serviceAddress},DNS:localhost`,
    "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc",
  ].join(",");
  await ensureCertificate(folder, "apiserver", "/CN=kube-apiserver", names);
  await ensureCertificate(
    folder,
    "kubelet",
    `/CN=${settings.nodeName}`,
    `IP:${settings.nodeAddress}`,
  );
  await ensureCertificate(
    folder,
    "kubelet-client",
    "/O=system:masters/CN=kube-apiserver",
    undefined,
  );
  if (!(await exists(join(folder, "service-account.key")))) {
    await openssl(["genrsa", "-out", join(folder, "service-account.key"), "2048"]);
  }
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
  };
}

const openssl = (args: readonly string[]): Promise<unknown> => run("openssl", args);

const writePrivate = (path: string, text: string): Promise<void> =>
  writeIfChanged(path, text, 0o600);

async function ensureSecret(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  if (!(await exists(path))) await writePrivate(path, randomBytes(18).toString("base64url"));
  return readFile(path, "utf8");
}

async function ensureAuthority(folder: string): Promise<void> {
  const certificate = join(folder, "ca.crt");
  if (await exists(certificate)) return;
  const subject = ["-subj", "/CN=gateways-lab", "-days", "3650", "-nodes"];
  const key = ["-newkey", "rsa:2048", "-keyout", join(folder, "ca.key")];
  await openssl(["req", "-x509", ...key, ...subject, "-out", certificate]);
}

async function ensureCertificate(
  folder: string,
  name: string,
  subject: string,
  names: string | undefined,
): Promise<void> {
  const [certificate, key, request, extensions] = ["crt", "key", "csr", "ext"].map((end) =>
    join(folder, `${name}.${end}`),
  ) as [string, string, string, string];
  if (await exists(certificate)) return;
  const usage = names === undefined ? "clientAuth" : `serverAuth\nsubjectAltName=${names}`;
  await writeFile(extensions, `extendedKeyUsage=${usage}\n`);
  await openssl([
    "req",
    "-new",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-subj",
    subject,
    "-out",
    request,
  ]);
  const authority = [
    "-CA",
    join(folder, "ca.crt"),
    "-CAkey",
    join(folder, "ca.key"),
    "-CAcreateserial",
  ];
  await openssl([
    "x509",
    "-req",
    "-in",
    request,
    ...authority,
    "-days",
    "3650",
    "-extfile",
    extensions,
    "-out",
    certificate,
  ]);
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
