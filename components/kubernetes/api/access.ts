import { existsSync, readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** Which cluster to talk to. */
export interface ClusterAccess {
  /** Path or content of a kubeconfig. @defaultValue what kubectl would use */
  readonly kubeconfig?: string | undefined;
  /** Name of a context in it. @defaultValue its current context */
  readonly context?: string | undefined;
}

/** Address of an API server, and what to add to a request so that it is let in. */
export interface ApiEndpoint {
  readonly server: string;
  /** Headers and TLS settings, asked for before every request: tokens expire. */
  readonly options: () => Promise<RequestOptions>;
}

const text = z.string().optional();

/** kubectl writes `contexts: null` where there is none. */
const listOf = <T extends z.ZodType>(entry: T) =>
  z
    .array(entry)
    .nullish()
    .transform((list) => list ?? []);

const kubeconfigSchema = z.object({
  "current-context": text,
  contexts: listOf(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: listOf(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.string(),
        "certificate-authority": text,
        "certificate-authority-data": text,
        "insecure-skip-tls-verify": z.boolean().optional(),
        "tls-server-name": text,
        "proxy-url": text,
      }),
    }),
  ),
  users: listOf(
    z.object({
      name: z.string(),
      user: z
        .object({
          token: text,
          tokenFile: text,
          "client-certificate": text,
          "client-certificate-data": text,
          "client-key": text,
          "client-key-data": text,
        })
        .catchall(z.unknown()),
    }),
  ),
});

type Kubeconfig = z.infer<typeof kubeconfigSchema>;
type ClusterEntry = Kubeconfig["clusters"][number]["cluster"];
type UserEntry = Kubeconfig["users"][number]["user"];

/** Ways in that this file does not walk itself. */
const foreign = ["exec", "auth-provider", "username", "as", "as-uid", "as-groups"];

/**
 * Finds the way to the API server. Certificates and tokens are read here; anything richer (exec plugins, OIDC, proxies, several
 * kubeconfigs, in-cluster) is left to the official client, whose import alone takes a second on two cores.
 *
 * @throws Error where the kubeconfig or the context does not exist.
 */
export async function findEndpoint(access: ClusterAccess): Promise<ApiEndpoint> {
  const source = readKubeconfig(access.kubeconfig);
  if (source === undefined) return officialEndpoint(access);
  const config = readConfig(source);
  const { cluster, user } = select(config, access.context);
  const plain = cluster["proxy-url"] === undefined && !foreign.some((key) => key in user);
  if (!plain) return officialEndpoint(access);
  const options = plainOptions(cluster, user, source.folder);
  return { server: cluster.server, options: () => Promise.resolve(options()) };
}

/** Without a value of it: it holds keys and tokens. */
function readConfig({ content, words }: Source): Kubeconfig {
  try {
    return kubeconfigSchema.parse(parse(content));
  } catch (error) {
    const at = error instanceof z.ZodError ? error.issues[0]?.path.map(String).join(".") : "";
    throw new Error(
      `${words} is no kubeconfig${at === undefined || at === "" ? "" : `: see ${at}`}; expected what kubectl config view shows`,
    );
  }
}

interface Source {
  /** For messages: its path. */
  readonly words: string;
  readonly content: string;
  /** Relative paths in it start here. */
  readonly folder: string;
}

function readKubeconfig(given: string | undefined): Source | undefined {
  if (given?.includes("\n") === true)
    return { words: "the given text", content: given, folder: "." };
  const path = given ?? process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config");
  if (given === undefined && (path.includes(":") || !existsSync(path))) return undefined;
  return { words: path, content: contentOf(path), folder: dirname(path) };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new Error(
      code === "ENOENT" ? `no kubeconfig at ${path}` : `${path} cannot be read (${code})`,
    );
  }
}

function select(config: Kubeconfig, wanted: string | undefined) {
  const name = wanted ?? config["current-context"] ?? "";
  const context = config.contexts.find((entry) => entry.name === name)?.context;
  const cluster = config.clusters.find((entry) => entry.name === context?.cluster)?.cluster;
  const user = config.users.find((entry) => entry.name === context?.user)?.user;
  if (cluster === undefined || user === undefined)
    throw new Error(
      `the kubeconfig has no usable context "${name}"; it has ${namesOf(config.contexts)}`,
    );
  return { cluster, user };
}

const namesOf = (contexts: readonly { readonly name: string }[]): string =>
  contexts.map(({ name }) => name).join(", ") || "none";

function plainOptions(cluster: ClusterEntry, user: UserEntry, folder: string) {
  const material = (path: string | undefined, data: string | undefined) =>
    data === undefined
      ? path === undefined
        ? undefined
        : readFileSync(resolve(folder, path))
      : Buffer.from(data, "base64");
  const tls: RequestOptions = {
    ca: material(cluster["certificate-authority"], cluster["certificate-authority-data"]),
    cert: material(user["client-certificate"], user["client-certificate-data"]),
    key: material(user["client-key"], user["client-key-data"]),
    rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
    servername: cluster["tls-server-name"],
  };
  // A token file is replaced under our feet before its token expires, so it is read each time.
  const token = () =>
    user.token ??
    (user.tokenFile === undefined
      ? undefined
      : readFileSync(resolve(folder, user.tokenFile), "utf8").trim());
  return (): RequestOptions => {
    const bearer = token();
    return { ...tls, headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } };
  };
}

async function officialEndpoint(access: ClusterAccess): Promise<ApiEndpoint> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (access.kubeconfig === undefined) config.loadFromDefault();
  else if (access.kubeconfig.includes("\n")) config.loadFromString(access.kubeconfig);
  else config.loadFromFile(access.kubeconfig);
  if (access.context !== undefined) config.setCurrentContext(access.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error(
      `the kubeconfig has no usable context "${access.context ?? ""}"; it has ${namesOf(config.getContexts())}`,
    );
  const options = async () => {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    // Its agent keeps no connection; needed only if it knows the way through a proxy.
    if (cluster.proxyUrl === undefined) delete options.agent;
    return options;
  };
  return { server: cluster.server, options };
}
