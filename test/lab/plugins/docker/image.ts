import { plainText, type PropertyMap } from "../protocol/values";
import { RefusedByDaemon, type DockerDaemon } from "./daemon";
import type { Field, Fields } from "./fields";
import type { Kind, Known } from "./kind";
import { wordsOf } from "./words";

/** What of `GET /images/<name>/json` is read. */
export interface InspectedImage {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
}

const text: Field = { form: "text" };

const fields: Fields = {
  name: { ...text, replaces: true, required: true },
  keepLocally: { form: "flag" },
  forceRemove: { form: "flag" },
  pullTriggers: { form: "set", replaces: true },
  triggers: { form: "map", replaces: true },
  platform: { ...text, replaces: true, fallback: "" },
  imageId: { ...text, output: true },
  repoDigest: { ...text, output: true },
};

/**
 * An image that the daemon has, or pulls. One that is there is not pulled, whatever its registry has. Deleting it removes it from the host, unless it is kept
 * (`keepLocally`).
 *
 * Source: kreuzwerker/terraform-provider-docker@v4.5.0:internal/provider/resource_docker_image_funcs.go.
 */
export const remoteImage: Kind = {
  fields,
  deleteFirst: false,
  autonamed: false,
  create: async (daemon, inputs, { signal }) => {
    const name = plainText(inputs["name"]);
    const found = await findImage(daemon, name, signal).catch((error: unknown) => {
      throw new Error(`Unable to read Docker image into resource: ${wordsOf(error)}`, {
        cause: error,
      });
    });
    return imageState(found, inputs);
  },
  read: async (daemon, _id, known) => {
    const found = await lookUpImage(daemon, plainText(known["name"]));
    return found === undefined ? undefined : imageState(found, known);
  },
  remove: async (daemon, _id, known) => {
    const name = plainText(known["name"]);
    if (known["keepLocally"] === true || (await lookUpImage(daemon, name)) === undefined) return;
    const force = known["forceRemove"] === true ? 1 : 0;
    try {
      await daemon.must("DELETE", `/images/${encodeURIComponent(name)}?force=${force}`);
    } catch (error) {
      throw new Error(`Unable to remove Docker image: ${wordsOf(error)}`, { cause: error });
    }
  },
};

function imageState(found: InspectedImage, known: PropertyMap): Known {
  const name = plainText(known["name"]);
  const repository = name.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const digest = found.RepoDigests?.find((one) => one.startsWith(`${repository}@`));
  const outputs = { ...known, imageId: found.Id, repoDigest: digest ?? "" };
  return { id: `${found.Id}${name}`, outputs };
}

/** The image of this name on the host; undefined if it is not there. */
export async function lookUpImage(
  daemon: DockerDaemon,
  name: string,
): Promise<InspectedImage | undefined> {
  try {
    return (await daemon.must("GET", `/images/${encodeURI(name)}/json`)) as InspectedImage;
  } catch (error) {
    if (error instanceof RefusedByDaemon && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * The image of this name, pulled if it is not there.
 *
 * @throws Error in the words of the daemon, or of the registry
 */
export async function findImage(
  daemon: DockerDaemon,
  name: string,
  signal: AbortSignal,
): Promise<InspectedImage> {
  const there = await lookUpImage(daemon, name);
  if (there !== undefined) return there;
  const query = `fromImage=${encodeURIComponent(name)}${/[:@][^/]*$/.test(name) ? "" : "&tag=latest"}`;
  try {
    const path = `/images/create?${query}`;
    const said = ((await daemon.must("POST", path, { signal, raw: true })) as Buffer).toString();
    // Success is said before the pull begins, and a failure in the last line.
    const failure = /"error":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
    if (failure !== undefined) throw new Error(failure);
  } catch (error) {
    throw new Error(
      `unable to pull image ${name}: error pulling image ${name}: ${wordsOf(error)}`,
      {
        cause: error,
      },
    );
  }
  const pulled = await lookUpImage(daemon, name);
  if (pulled === undefined) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}
