import { parse } from "semver";
import { gate, type Finding } from "../finding";
import type { Plan } from "../plan";

const { pass, warn, block } = gate("version-policy");

/**
 * Lets through what the versioning rules of the product allow: a patch freely, a minor with a word about its notes, a rollback
 * within a major; a step across a major in either direction is refused.
 *
 * Source: smoltbot guide, "Breaking Changes Policy" (S-45 to S-48).
 */
export function versionPolicy({
  plan,
  at,
  notesRead,
}: {
  readonly plan: Plan;
  /** Config path of the version. */
  readonly at: string;
  /** The release whose notes the operator has read. */
  readonly notesRead?: string;
}): readonly Finding[] {
  return [step(plan, at, notesRead), ...shape(plan.to, at)];
}

function step(plan: Plan, at: string, notesRead: string | undefined): Finding {
  const path = `${plan.from ?? "nothing"} to ${plan.to}`;
  switch (plan.change) {
    case "install":
    case "none":
      return pass({ at, found: plan.change === "none" ? "no change" : "first install" });
    case "patch":
      return pass({ at, found: `patch, ${path}` });
    case "rollback":
      return pass({ at, found: `rollback within a major, ${path}: no restore needed` });
    case "minor":
      return minor(path, plan.to, at, notesRead);
    case "major":
    case "rollback-across-major":
      return block({
        at,
        found: plan.change === "major" ? `major, ${path}` : `rollback across a major, ${path}`,
        expected: `a release of the same major as ${plan.from ?? plan.to}`,
        fix: "choose such a release; a step across a major is not supported yet",
      });
  }
}

const minor = (path: string, to: string, at: string, notesRead: string | undefined): Finding =>
  notesRead === to
    ? pass({ at, found: `minor, ${path}, its notes are read` })
    : warn({
        at,
        found: `minor, ${path}`,
        expected: "its release notes read",
        fix: `read the notes of ${to}, then set notesRead: ${to} in the stack file`,
      });

/** A version also has to be the tag of an image: build metadata cannot be in one, a prerelease is a test's business. */
function shape(version: string, at: string): readonly Finding[] {
  const { build, prerelease } = parse(version, {}, true);
  if (build.length > 0) {
    return [
      block({
        at,
        found: `${version}, with build metadata`,
        expected: "a version that can be an image tag, in which + is not allowed",
        fix: "leave the + and what follows it away",
      }),
    ];
  }
  if (prerelease.length === 0) return [];
  return [
    warn({
      at,
      found: `${version}, a prerelease`,
      expected: "a release; the compatibility rules promise nothing for a prerelease",
      fix: "use it for a trial only",
    }),
  ];
}
