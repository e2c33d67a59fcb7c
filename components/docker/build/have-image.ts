import { unlessDone } from "../api/is-gone";
import { withDaemon, type DaemonAddress } from "../api/open-docker";
import { StepFailure } from "../../upgrade/step-io";
import type { BuildSource, BuiltImage } from "./build-source";
import { buildImage } from "./build-image";
import { judgeSource } from "./judge-source";
import { lookAtSource } from "./look-at-source";

/** Sees to it that the host has an image, and says what it has built; undefined if the image was there, or is none that is built. */
export type HaveImage = (image: string) => Promise<string | undefined>;

/**
 * Builds images just before the engine needs them, each once in a run. One that the host has is never built again: the way back needs no build (S-34).
 *
 * @throws StepFailure if the source may not be built, or if the build fails; nothing of the release is made then
 */
export function haveImage(address: DaemonAddress, build: BuildSource): HaveImage {
  const building = new Map<string, Promise<string | undefined>>();
  return (image) => {
    const wanted = build.images.find((one) => one.image === image);
    if (wanted === undefined) return Promise.resolve(undefined);
    const begun = building.get(image);
    // Whoever comes second waits, and says nothing.
    if (begun !== undefined) return begun.then(() => undefined);
    const done = buildUnlessThere(address, build, wanted);
    building.set(image, done);
    return done;
  };
}

async function buildUnlessThere(
  address: DaemonAddress,
  build: BuildSource,
  wanted: BuiltImage,
): Promise<string | undefined> {
  const { image } = wanted;
  if (await isThere(address, image)) return undefined;
  const facts = await lookAtSource(build);
  const [objection] = judgeSource(build, facts, "docker.build");
  if (objection !== undefined) throw new StepFailure(objection.found, objection.fix);
  if (facts.ref.kind === "missing") return undefined;
  const { commit } = facts.ref;
  const begunAt = Date.now();
  await buildImage(address, { ...wanted, source: build.source, commit });
  if (!(await isThere(address, image)))
    throw new StepFailure(
      `docker build has ended well, and ${image} is not on the host`,
      "let docker build with the daemon's own builder (docker buildx use default), then run the upgrade again",
    );
  const seconds = ((Date.now() - begunAt) / 1000).toFixed(0);
  return `built ${image} from commit ${commit} of ${build.source} in ${seconds} s`;
}

const isThere = (address: DaemonAddress, image: string): Promise<boolean> =>
  withDaemon(address, async (docker) => {
    const found = await docker.getImage(image).inspect().catch(unlessDone);
    return found !== undefined;
  });
