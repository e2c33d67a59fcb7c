import pMap from "p-map";
import { wordsOf, type StepIo } from "../../upgrade/step-io";
import { claimAgent } from "../api/agent-program";
import { HOSTS_AT_ONCE } from "../api/run-on-host";
import { valueOf } from "../facts/host-lines";
import { ownerInWords, ownerNote, ownershipOf, type OwnerNote } from "../plan/owner";
import type { HostsAccess } from "../roll/hosts-access";
import { reachedHosts } from "./place";
import type { HostsRolloutTask } from "./rollout-input";

/** Notes on a host which stack keeps its agent. @returns the note of another one, which stays; throws if the host does not answer */
export type ClaimOnHost = (host: string) => Promise<OwnerNote | undefined>;

/** Reaches hosts, and lets no agent be changed that another stack keeps. */
export class ClaimedHosts implements HostsAccess {
  private readonly owners = new Map<string, OwnerNote | undefined>();
  readonly swap: HostsAccess["swap"];
  readonly beside?: NonNullable<HostsAccess["beside"]>;
  readonly dismiss?: NonNullable<HostsAccess["dismiss"]>;

  constructor(
    private readonly access: HostsAccess,
    private readonly task: Pick<HostsRolloutTask, "claim">,
    private readonly claim: ClaimOnHost,
  ) {
    this.swap = (host, wanted) => access.swap(host, wanted);
    const { beside, dismiss } = access;
    if (beside !== undefined) this.beside = beside;
    if (dismiss !== undefined)
      this.dismiss = async (host) => {
        if (ownershipOf(this.owners.get(host), task.claim) !== "another") await dismiss(host);
      };
  }

  readonly look: HostsAccess["look"] = async (host) => {
    const facts = await this.access.look(host);
    this.owners.set(host, facts.owner);
    return facts;
  };

  /** The note is made before anything is brought there: a run that is killed leaves no change without one. */
  readonly stage: HostsAccess["stage"] = async (host, wanted) => {
    const other = await this.claim(host);
    return other === undefined
      ? this.access.stage(host, wanted)
      : `it is kept by ${ownerInWords(other)}; take it out of one of the two stack files, or consent to take it over`;
  };

  /** Notes the stack on hosts that were at the release before, unless they are another one's. A host that takes no note keeps its agent all the same. */
  async note(hosts: readonly string[], io: StepIo): Promise<void> {
    const unnoted = hosts.filter((host) =>
      ["free", "taken"].includes(ownershipOf(this.owners.get(host), this.task.claim)),
    );
    await pMap(
      unnoted,
      (host) =>
        this.claim(host).catch((error: unknown) => {
          io.say(`${host} has no note of this stack: ${wordsOf(error)}`);
        }),
      { concurrency: HOSTS_AT_ONCE },
    );
  }
}

/** By SSH. */
export function claimOverSsh(task: HostsRolloutTask): ClaimOnHost {
  const hosts = reachedHosts(task);
  return async (name) => {
    const host = hosts.get(name);
    if (host === undefined) throw new Error(`${name} is not in the inventory`);
    const said = await claimAgent(host, host.unit, task.release, task.claim);
    return valueOf(said, "outcome") === "another" ? ownerNote(said, "owner.") : undefined;
  };
}
