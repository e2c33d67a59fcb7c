import { gate, type Finding } from "../../upgrade/finding";
import type { Consent } from "../../upgrade/plan/consent";
import type { SeenHost } from "../gate-input";
import { hostFindings } from "../plan/host-findings";
import { failureHindrances, type WantedBinary } from "../plan/judge-host";

const { pass, warn, block } = gate("failed-release");

/** What this gate looks at. */
export interface FailedReleaseArgs {
  readonly hosts: readonly SeenHost[];
  readonly wantedOn: (host: SeenHost) => WantedBinary | undefined;
  /** The wanted release. */
  readonly release: string;
  readonly consent?: Consent | undefined;
  /** Config path of the consent. */
  readonly at: string;
}

/** Lets no release come again by itself to a host that has swapped it back: the host remembers it, by the sum of its file, until another one is wanted or somebody consents. */
export function failedRelease(args: FailedReleaseArgs): readonly Finding[] {
  const { hosts, wantedOn, release, consent, at } = args;
  const failures = (host: SeenHost) => {
    const wanted = wantedOn(host);
    return wanted === undefined || host.facts.running === wanted.sha256
      ? []
      : failureHindrances(host.facts, { ...wanted, retry: false });
  };
  if (consent === undefined)
    return hostFindings(hosts, failures, { pass, block }, `${release} has failed on none of them`);
  const failed = hosts.filter((host) => failures(host).length > 0);
  const isHeard = consent.release === release;
  const names = failed.map(({ name }) => name).join(", ");
  const heard = warn({
    at,
    found: isHeard
      ? `another try of ${release} on ${failed.length === 0 ? "no host" : names}, with the operator's consent: ${consent.reason}`
      : `a consent for ${consent.release}, which is not the wanted release`,
    expected: "a release that has not failed there",
    fix: "remove the consent from the stack file once the release is verified",
  });
  return [
    heard,
    ...(isHeard
      ? []
      : hostFindings(hosts, failures, { pass, block }, `${release} has failed on none of them`)),
  ];
}
