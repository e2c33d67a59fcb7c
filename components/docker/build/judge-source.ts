import { counted } from "../../upgrade/counted";
import type { Objection } from "../../upgrade/finding";
import type { BuildSource } from "./build-source";
import type { SourceFacts } from "./look-at-source";

/** Changed paths that are named; the others are counted. */
const NAMED = 3;

/**
 * Why nothing may be built of a source: its ref floats, or is not there, its folder has changes that no commit has, or files of the build are missing (S-09,
 * S-10). Empty if it may.
 *
 * @param at - config path of `docker.build`
 */
export function judgeSource(
  { source, ref }: Pick<BuildSource, "source" | "ref">,
  facts: SourceFacts,
  at: string,
): readonly Objection[] {
  return [...judgeRef(ref, source, facts, at), ...judgeTree(source, facts, at)];
}

function judgeRef(
  ref: string,
  source: string,
  { ref: found, lacks }: SourceFacts,
  at: string,
): readonly Objection[] {
  if (found.kind === "missing")
    return [
      {
        at: `${at}.ref`,
        found: `${ref}, which ${source} does not have`,
        expected: "a tag or a commit of that repository",
        fix: `git -C ${source} fetch --tags, or correct the version or the ref`,
      },
    ];
  if (found.kind === "floating")
    return [
      {
        at: `${at}.ref`,
        found: `${ref}, which may be another commit tomorrow; it is ${found.commit} now`,
        expected: "a tag, or a full commit id",
        fix: `set docker.build.ref: "${found.commit}"`,
      },
    ];
  if (lacks.length === 0) return [];
  return [
    {
      at: `${at}.source`,
      found: `no ${lacks.join(" and ")} in ${ref}`,
      expected: "every file that the images are built by",
      fix: "build another ref; docker.build.migrate: false pulls the image of the migration instead",
    },
  ];
}

function judgeTree(source: string, { changed }: SourceFacts, at: string): readonly Objection[] {
  if (changed.length === 0) return [];
  const named = changed.slice(0, NAMED).join(", ");
  const more = changed.length > NAMED ? " and more" : "";
  return [
    {
      at: `${at}.source`,
      found: `${counted(changed.length, "changed file")} in ${source}: ${named}${more}`,
      expected:
        "a folder without changes: what no commit has is not built, and nobody could build it again",
      fix: "commit the changes and build that commit, or put them aside with git stash --include-untracked",
    },
  ];
}
