import { isVerified } from "../../upgrade/changes-nothing";
import type { Gate } from "../../upgrade/gate";
import {
  seenHosts,
  wantedOf,
  type AssetsInput,
  type HostsInput,
  type SeenHost,
} from "../gate-input";
import { isCurrent } from "../plan/judge-host";
import { agentBeside } from "./agent-beside";
import { agentBinary } from "./agent-binary";
import { agentCapabilities } from "./agent-capabilities";
import { agentCertificate } from "./agent-certificate";
import { agentTunnels } from "./agent-tunnels";
import { agentUnit } from "./agent-unit";
import { failedRelease } from "./failed-release";
import { hostMachine } from "./host-machine";
import { hostOwner } from "./host-owner";
import { hostReach } from "./host-reach";
import { hostRoom } from "./host-room";
import { releaseAssets } from "./release-assets";

const wantedOn = (input: HostsInput) => (host: SeenHost) => wantedOf(input, host.facts.machine);

/**
 * Hosts whose agent would be stopped. While nobody tells the sums of a release that is another one than that verified last, those are all for whose machine there is a file: what else is
 * wrong there is said in the same preview, and not once the list can be read.
 */
const stoppedIn = (input: HostsInput): readonly SeenHost[] =>
  seenHosts(input).filter((host) => {
    const wanted = wantedOn(input)(host);
    return wanted === undefined ? isUntold(input, host) : !isCurrent(host.facts, wanted);
  });

const isUntold = (
  { assets, plan: { verified, to } }: HostsInput,
  { facts: { machine = "" } }: SeenHost,
): boolean => verified !== undefined && verified !== to && assets[machine] !== undefined;

/** Asked wherever the files of a release go. */
export const assetsGate: Gate<AssetsInput> = {
  name: "release-assets",
  question: "Has the release its list of sums, and the files that are needed?",
  ask: ({ plan, needed, wanted, verified, assetsAt, facts: { sums, sizes } }) =>
    releaseAssets({ release: plan.to, needed, sums, wanted, verified, sizes, at: assetsAt }),
};

/** Gates that hold for every product on hosts. */
export const hostsGates: readonly Gate<HostsInput>[] = [
  {
    name: "host-reach",
    question: "Do enough hosts of each group answer?",
    ask: ({ groups, facts: { hosts } }) => hostReach({ groups, hosts }),
  },
  {
    name: "host-machine",
    question: "Has the release a file for the machine of each host?",
    ask: (input) => hostMachine({ hosts: seenHosts(input), assets: input.assets }),
  },
  assetsGate,
  {
    name: "host-room",
    question: "Has each host room for the new binary beside the old one, and for what it notes?",
    ask: (input) => hostRoom({ hosts: stoppedIn(input), wantedOn: wantedOn(input) }),
  },
  {
    name: "host-owner",
    question: "Does another stack keep the agent of a host at a release?",
    ask: (input) =>
      hostOwner({
        hosts: seenHosts(input),
        wantedOn: wantedOn(input),
        claim: input.claim,
        consent: input.settings.consents.takeOver,
        consentAt: input.at("consents.takeOver"),
      }),
  },
  {
    name: "agent-unit",
    question: "Is the unit of each agent enabled and active, and does it start the agent itself?",
    ask: (input) => agentUnit({ hosts: seenHosts(input) }),
  },
  {
    name: "agent-capabilities",
    question: "Does the new binary of each host get the capabilities and the label of the old one?",
    ask: (input) => agentCapabilities({ hosts: stoppedIn(input) }),
  },
  {
    name: "agent-certificate",
    question: "Does each agent that is stopped come back with its certificate?",
    ask: (input) => agentCertificate({ hosts: stoppedIn(input), now: input.facts.now }),
  },
  {
    name: "failed-release",
    question: "Has a host swapped this release back before?",
    ask: (input) =>
      failedRelease({
        hosts: seenHosts(input),
        wantedOn: wantedOn(input),
        release: input.plan.to,
        consent: input.settings.consents.retry,
        at: input.at("consents.retry"),
      }),
  },
  {
    name: "agent-tunnels",
    question:
      "How many tunnels would be cut, has the operator consented, and are bridges left alone meanwhile?",
    ask: (input) =>
      agentTunnels({
        stopped: stoppedIn(input),
        seen: seenHosts(input),
        sessions: input.settings.sessions,
        consent: input.settings.consents.cut,
        release: input.plan.to,
        api: input.facts.followed,
        live: input.facts.followedLive,
        apiTo: input.followedTo,
        follows: input.follows,
        at: input.at("consents.cut"),
      }),
  },
  {
    name: "agent-beside",
    question: "On which hosts does a second instance take new tunnels?",
    ask: (input) =>
      agentBeside({
        stopped: stoppedIn(input).filter(({ name }) => input.besideOn.includes(name)),
        at: input.at("hosts.beside"),
      }),
  },
  {
    name: "agent-binary",
    question: "Does each host run what one would think?",
    ask: (input) =>
      agentBinary({
        hosts: seenHosts(input),
        known: input.known,
        wantedOn: wantedOn(input),
        unchanged: isVerified(input.facts, input.release),
      }),
  },
];
