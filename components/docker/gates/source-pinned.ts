import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import { lookUpBuilt } from "../build/images-there";
import { judgeSource } from "../build/judge-source";
import type { BuiltImagesArgs } from "./built-images";

const { pass, block, unknown } = gate("source-pinned");

/** What this gate looks at. */
export type SourcePinnedArgs = Pick<BuiltImagesArgs, "host" | "build" | "source" | "at">;

/**
 * Lets nothing be built but what a tag or a commit id names, of a folder without changes (S-09, S-10): of anything else nobody could say later what runs, nor
 * build it again. If the host has every image already, as on the way back, the source is not asked.
 */
export function sourcePinned({ host, build, source, at }: SourcePinnedArgs): readonly Finding[] {
  const isThere = host.observed && lookUpBuilt(build, host.value).every(({ found }) => found);
  if (isThere) return [pass({ at, found: "nothing to build: the host has every image" })];
  if (source?.observed !== true)
    return [
      unknown(
        couldNotLook(`${at}.source`, `the source ${build.source}`, source?.reason ?? "not asked"),
      ),
    ];
  const objections = judgeSource(build, source.value, at);
  if (objections.length > 0) return objections.map(block);
  const { ref } = source.value;
  const commit = ref.kind === "missing" ? "" : `, commit ${ref.commit}`;
  return [pass({ at, found: `${build.ref}${commit}, of ${build.source} without changes` })];
}
