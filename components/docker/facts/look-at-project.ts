import { lookAtDocker } from "../api/look-at-docker";
import type { DaemonAddress } from "../api/open-docker";
import { adoptProject } from "../compose/adopt-project";
import type { AdoptionRefusal, ComposeAdoption, ComposeForm } from "../compose/adoption";
import { readProject } from "../compose/read-project";
import { inspectAll } from "./list-containers";

/** What an adoption would come to, or why there is none; undefined if no container belongs to the project. */
export type ProjectLook = ComposeAdoption | AdoptionRefusal | undefined;

/**
 * One look at a running Compose project, compared with what the stack file gives to the gateway. Changes nothing; no value of a variable is part of the answer.
 *
 * @param environment - what the stack file would give to the gateway and its database, secrets among it
 * @throws Error of one sentence if the daemon does not answer within its limit
 */
export const lookAtProject = (
  address: DaemonAddress,
  { project, form }: { readonly project: string; readonly form: ComposeForm },
  environment: Readonly<Record<string, string>>,
): Promise<ProjectLook> =>
  lookAtDocker(address, async (docker) => {
    const found = readProject(project, await inspectAll(docker));
    return found && adoptProject(found, form, environment);
  });
