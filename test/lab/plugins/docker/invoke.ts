import { plainText, type PropertyMap } from "../protocol/values";
import type { DockerDaemon } from "./daemon";
import { lookUpImage } from "./image";
import { network } from "./network";
import { Refusal } from "./refusal";

/**
 * Answers the functions that look at the host.
 *
 * Source: kreuzwerker/terraform-provider-docker@v4.5.0:internal/provider/data_source_docker_{image,network}.go.
 * @throws Refusal on functions that ask a registry, and on all others
 */
export async function invoke(
  daemon: DockerDaemon,
  token: string,
  args: PropertyMap,
): Promise<PropertyMap> {
  const name = plainText(args["name"]);
  switch (token) {
    case "docker:index/getRemoteImage:getRemoteImage": {
      const found = await lookUpImage(daemon, name);
      if (found === undefined) throw new Error(`did not find docker image with name ${name}`);
      return { name, id: found.Id, repoDigest: found.RepoDigests?.[0] ?? "" };
    }
    case "docker:index/getNetwork:getNetwork": {
      const found = await network.read(daemon, name, {});
      if (found === undefined) throw new Error(`could not find docker network: ${name}`);
      return { ...found.outputs, id: found.id };
    }
    default:
      throw new Refusal(token);
  }
}
