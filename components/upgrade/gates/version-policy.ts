import { parse } from "semver";
import type { Consent } from "../plan/consent";
import { gate, type Finding } from "../finding";
import type { Plan } from "../plan/plan";

const { pass, warn, block } = gate("version-policy");

/** What this gate looks at. */
export interface VersionPolicyArgs {
  readonly plan: Plan;
  /** Config path of the version. */
  readonly at: string;
  /** The operator's word for an upgrade across a major. @defaultValue none: it is refused */
  readonly consent?: Consent | undefined;
}

/**
 * Lets through what the versioning rules of the product allow: a patch, a minor, a rollback
 * within a major; an upgrade across a major only with a consent for that release. Of going back across one the gate `restore`
 * speaks, of notes that nobody has read the gate `notes`.
 *
 * Source: smoltbot guide, "Breaking Changes Policy" (S-45 to S-48).
 */
export const versionPolicy = (args: VersionPolicyArgs): readonly Finding[] => [
  step(args),
  ...shape(args.plan.to, args.at),
];

function step({ plan, at, consent }: VersionPolicyArgs): Finding {
  const path = `${plan.from ?? "nothing"} to ${plan.to}`;
  switch (plan.change) {
    case "install":
    case "none":
      return pass({ at, found: plan.change === "none" ? "no change" : "first install" });
    case "patch":
    case "minor":
      return pass({ at, found: `${plan.change}, ${path}` });
    case "rollback":
      return pass({ at, found: `rollback within a major, ${path}: no restore needed` });
    case "major":
      return across(plan, at, `major, ${path}`, consent);
    case "rollback-across-major":
      return pass({ at, found: `rollback across a major, ${path}` });
  }
}

function across({ to }: Plan, at: string, found: string, consent: Consent | undefined): Finding {
  if (consent?.release === to) {
    return warn({
      at,
      found: `${found}, with the operator's consent: ${consent.reason}`,
      expected: "a release of the same major, which needs none",
      fix: "remove the consent once the release is verified",
    });
  }
  const other = consent === undefined ? "" : `, and a consent for ${consent.release}`;
  return block({
    at,
    found: `${found}${other}`,
    expected:
      "a consent that names this release, because a major may need manual work and cannot simply be taken back",
    fix: `choose a release of the same major, or set consents.major to { release: "${to}", reason: "..." } in the stack file`,
  });
}

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
