import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { REVISION_LABEL, type BuildSource } from "../build/build-source";
import { lookUpBuilt, type BuiltLook } from "../build/images-there";
import type { SourceFacts } from "../build/look-at-source";
import type { HostFacts } from "../facts/host-facts";

const { pass, warn, block, unknown } = gate("built-images");

/** What this gate and `source-pinned` look at. */
export interface BuiltImagesArgs {
  readonly host: Observation<Pick<HostFacts, "images">>;
  readonly build: BuildSource;
  readonly source: Observation<SourceFacts> | undefined;
  /** True if the run restores a dump: it stops the gateway before an image is built. */
  readonly restores: boolean;
  /** Address of the daemon: `ssh://root@edge-1`. */
  readonly address: string;
  /** Config path of what is built. */
  readonly at: string;
}

/**
 * Says which images are built, and takes one that the host has under the name of the release only if it is of the commit that is wanted: a tag that was moved,
 * or another ref at the same version, would be named in the stack file and never run (S-11, S-34).
 */
export function builtImages(args: BuiltImagesArgs): readonly Finding[] {
  const { host, build, source, at } = args;
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const ref = source?.observed === true ? source.value.ref : undefined;
  const commit = ref === undefined || ref.kind === "missing" ? undefined : ref.commit;
  return lookUpBuilt(build, host.value).map((one) => judge(one, commit, args));
}

function judge(
  { image, dockerfile, found }: BuiltLook,
  commit: string | undefined,
  { build: { source, ref }, restores, address, at }: BuiltImagesArgs,
): Finding {
  if (found === undefined && restores && commit !== undefined)
    return block({
      at,
      found: `${image}, which the host has not: the restore would stop the gateway before it is built`,
      expected: "an image on the host before anything is stopped",
      fix: `git -C ${source} archive --format=tar ${commit} | docker --host ${address} build --tag ${image} --file ${dockerfile} --label ${REVISION_LABEL}=${commit} -; then run this again`,
    });
  if (found === undefined)
    return pass({
      at,
      found: `${image}, which is built from ${ref}${restores ? "" : " before anything is stopped"}`,
    });
  const { revision } = found;
  if (revision === undefined)
    return block({
      at,
      found: `${image} on the host, of which nobody says what commit it was built from`,
      expected: "an image that this program has built",
      fix: `give it another name with docker tag, then remove this one: docker rmi ${image}`,
    });
  if (commit === undefined)
    return warn({
      at,
      found: `${image} on the host, of commit ${revision}; what ${ref} is in ${source} is not known`,
      expected: `an image of ${ref}`,
      fix: "see that the folder is there and has the ref, or let it run as it is",
    });
  return revision === commit
    ? pass({ at, found: `${image} on the host, of commit ${commit}: no build` })
    : block({
        at,
        found: `${image} on the host, of commit ${revision}`,
        expected: `one of commit ${commit}, which ${ref} is`,
        fix: `set docker.build.ref: "${revision}", or give the other commit a version of its own`,
      });
}
