import { within } from "../../postgres/within";
import { openDocker, type DaemonAddress } from "../api/open-docker";
import { adoptProject } from "../compose/adopt-project";
import type { AdoptionRefusal, ComposeAdoption, ComposeForm } from "../compose/adoption";
import { readProject } from "../compose/read-project";
import { inspectAll } from "./list-containers";
import { longestHostLook } from "./look-at-host";

/** What an adoption would come to, or why there is none; undefined if no container belongs to the project. */
export type ProjectLook = ComposeAdoption | AdoptionRefusal | undefined;

/**
 * One look at a running Compose project, compared with what the stack file gives to the gateway. Changes nothing; no value of a variable is part of the answer.
 *
 * @param environment - what the stack file would give to the gateway and its database, secrets among it
 * @throws Error of one sentence if the daemon does not answer within {@link longestHostLook} seconds
 */
export const lookAtProject = (
  address: DaemonAddress,
  { project, form }: { readonly project: string; readonly form: ComposeForm },
  environment: Readonly<Record<string, string>>,
): Promise<ProjectLook> =>
  within(longestHostLook, `Docker at ${address.host}`, async () => {
    const found = readProject(project, await inspectAll(await openDocker(address)));
    return found && adoptProject(found, form, environment);
  });
