import { generation, type Plan } from "./plan";

/** Says in plain sentences what the plan does, whether an earlier one was cut off, and what going back would take. */
export const describePlan = (plan: Plan): string =>
  [action(plan), ...unfinished(plan), verdict(plan)].join(" ");

function action({ change, from, to }: Plan): string {
  const path = `from ${from ?? "nothing"} to ${to}`;
  switch (change) {
    case "install":
      return `First install of ${to}.`;
    case "none":
      return `Release ${to} stays.`;
    case "patch":
      return `Patch upgrade ${path}.`;
    case "minor":
      return `Minor upgrade ${path}.`;
    case "major":
      return `Major upgrade ${path}.`;
    case "rollback":
      return `Rollback ${path} within major ${generation(to)}: programs only. The database stays at its schema; migrations are forward-compatible within a major (guide, Breaking Changes Policy).`;
    case "rollback-across-major":
      return `Rollback ${path} across a major: the database has to go back too, to the backup that was taken before ${from ?? "it"}; what was written since then is lost.`;
  }
}

function unfinished({ unfinished, verified, running }: Plan): readonly string[] {
  if (!unfinished) return [];
  const [first = "an image without a version", ...others] = running;
  const live = others.length === 0 ? `${first} runs` : `${running.join(" and ")} run side by side`;
  return verified === undefined
    ? [`Not verified by this stack yet: ${live}.`]
    : [`An earlier upgrade did not finish: ${live}, ${verified} was verified last.`];
}

function verdict({ wayBack, verified, from, to }: Plan): string {
  const back = verified ?? from ?? to;
  switch (wayBack.kind) {
    case "nothing-to-undo":
      return from === undefined
        ? "Going back: there is no earlier release; removing the stack undoes the install."
        : "Going back: nothing to undo.";
    case "programs-only":
      return `Going back: set the version to ${back}; programs only, no restore.`;
    case "restore":
      return `Going back: set the version to ${back} and restore the backup of this upgrade; what is written after it would be lost.`;
    case "upgrade-again":
      return `Going back: the upgrade to ${from ?? "it"} again, with its backup and its consents.`;
  }
}
