import { env } from "node:process";
import type { DiffCall, ProviderHandlers, ReadAnswer, ReadCall } from "../protocol/handlers";
import { plainText, UNKNOWN, type PropertyMap, type PropertyValue } from "../protocol/values";
import { checkInputs, withoutNotes } from "./check";
import { compare } from "./compare";
import { container } from "./container";
import { daemonAt, type DockerDaemon } from "./daemon";
import { settled, type Fields } from "./fields";
import { remoteImage } from "./image";
import { invoke } from "./invoke";
import type { Kind } from "./kind";
import { network } from "./network";
import { Refusal } from "./refusal";
import { volume } from "./volume";
import { wordsOf } from "./words";

const KINDS: Readonly<Record<string, Kind>> = {
  "docker:index/container:Container": container,
  "docker:index/network:Network": network,
  "docker:index/volume:Volume": volume,
  "docker:index/remoteImage:RemoteImage": remoteImage,
};

const DEFAULT_HOST = "unix:///var/run/docker.sock";
const SETTINGS = ["host", "sshOpts", "version", "pluginDownloadURL"];

let connection: Promise<DockerDaemon> | undefined;
let settings: PropertyMap = {};

/**
 * Behaves like version 5.2.0 of the official plugin for containers, networks, volumes and images on a live daemon, and refuses all else. What is compared is what the
 * plugin knows of the live resource and the new inputs, never the old inputs. Secrets are left to the engine, which keeps the whole property secret.
 *
 * The rules were read at kreuzwerker/terraform-provider-docker@v4.5.0, pulumi/pulumi-docker@237b7899 and pulumi/pulumi-terraform-bridge@v3.137.0; version 5.2.0 has a later one of the first, which
 * adds the owner of an uploaded file and, as far as its types tell, nothing else to these four.
 */
export const dockerProvider: ProviderHandlers = {
  version: "5.2.0",
  acceptSecrets: false,
  checkConfig: ({ news }) => {
    const strange = Object.keys(news).find((key) => !SETTINGS.includes(key));
    if (strange !== undefined) throw new Refusal(`the provider's ${strange}`);
    const host = news["host"] ?? env["DOCKER_HOST"] ?? DEFAULT_HOST;
    return Promise.resolve({ inputs: { ...news, host } });
  },
  diffConfig: ({ oldInputs, news }) =>
    Promise.resolve({ changes: JSON.stringify(oldInputs) !== JSON.stringify(news) }),
  configure: async (args) => {
    settings = args;
    // A host over SSH is looked at with the first resource.
    if (hostOf(args).startsWith("ssh://")) return;
    await connect().catch((error: unknown) => {
      throw new Error(
        "docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon",
        { cause: error },
      );
    });
  },
  check: (call) =>
    attempt(() => {
      const { fields, autonamed } = kindOf(call.type);
      return checkInputs(call, fields, autonamed);
    }),
  diff: (call) => attempt(() => diff(call)),
  create: async (call) => {
    const { type, inputs, preview, urn, signal } = call;
    const kind = kindOf(type);
    const wanted = withoutNotes(inputs);
    if (preview) return { id: "", outputs: { ...unknowns(kind.fields), ...wanted } };
    return kind.create(await connect(), wanted, { urn, signal });
  },
  update: async ({ type, id, olds, news, preview }) => {
    const { fields, update } = kindOf(type);
    const wanted = withoutNotes(news);
    if (!preview) await update?.(await connect(), id, { olds, news: wanted });
    return { ...kept(olds, fields), ...wanted };
  },
  read: async (call) => {
    const kind = kindOf(call.type);
    const known = Object.keys(call.olds).length > 0 ? call.olds : withoutNotes(call.oldInputs);
    const found = await kind.read(await connect(), call.id, known);
    if (found === undefined) return { id: "", outputs: {}, inputs: {} };
    return { ...found, inputs: inputsOf(kind.fields, call, found.outputs) };
  },
  delete: async ({ type, id, olds }) => kindOf(type).remove(await connect(), id, olds),
  invoke: async ({ token, args }) => invoke(await connect(), token, args),
  construct: (type) => Promise.reject(new Refusal(type)),
};

// A rule may refuse by throwing.
const attempt = async <T>(work: () => T): Promise<T> => Promise.resolve(work());

function kindOf(type: string): Kind {
  const kind = KINDS[type];
  if (kind === undefined) throw new Refusal(type);
  return kind;
}

function diff({ type, olds, news, ignoreChanges }: DiffCall) {
  const { fields, deleteFirst, autonamed } = kindOf(type);
  return compare(olds, news, fields, { deleteFirst, autonamed }, ignoreChanges);
}

const hostOf = (args: PropertyMap): string => plainText(args["host"]) || DEFAULT_HOST;

/** One look whether the daemon answers, and from then on no more. */
function connect(): Promise<DockerDaemon> {
  connection ??= open().catch((error: unknown) => {
    connection = undefined;
    throw error;
  });
  return connection;
}

async function open(): Promise<DockerDaemon> {
  const host = hostOf(settings);
  const daemon = daemonAt(host, sshOptions(settings["sshOpts"]));
  try {
    await daemon.must("GET", "/_ping");
  } catch (error) {
    throw new Error(
      `failed to create Docker client: Error pinging Docker server, please make sure that ${host} is reachable and has a  '_ping' endpoint. Error: ${wordsOf(error)}`,
      { cause: error },
    );
  }
  return daemon;
}

/** The SDK gives settings of a provider that are no text as JSON. */
function sshOptions(value: PropertyValue | undefined): readonly string[] {
  const read = typeof value === "string" && value !== "" ? (JSON.parse(value) as unknown) : value;
  return Array.isArray(read) ? read.map(String) : [];
}

/** What nobody knows before it is there. */
const unknowns = (fields: Fields): PropertyMap =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, { computed, output }]) => computed === true || output === true)
      .map(([key]) => [key, UNKNOWN]),
  );

/** What an update leaves as it is: what Docker chose and what is told, but nothing that was asked for and no longer is. */
const kept = (olds: PropertyMap, fields: Fields): PropertyMap =>
  Object.fromEntries(
    Object.entries(olds).filter(
      ([key]) => fields[key]?.computed === true || fields[key]?.output === true,
    ),
  );

/** After a look, inputs are what they were, as it is now; of an import, whatever is not as it would be by itself. */
function inputsOf(
  fields: Fields,
  { olds, oldInputs }: ReadCall,
  outputs: PropertyMap,
): ReadAnswer["inputs"] {
  const isImport = Object.keys(olds).length === 0;
  const wanted = Object.entries(fields).filter(([key, field]) => {
    if (field.output === true || outputs[key] === undefined) return false;
    if (!isImport) return oldInputs[key] !== undefined;
    return (
      JSON.stringify(settled(field, outputs[key])) !== JSON.stringify(settled(field, undefined))
    );
  });
  const notes = Object.entries(oldInputs).filter(([key]) => key.startsWith("__"));
  return Object.fromEntries([...wanted.map(([key]) => [key, outputs[key]!] as const), ...notes]);
}
