import type { Answer, Finding, Objection } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import type { Hindrance } from "./judge-host";

/** What a gate says by; see `gate()`. */
interface Speaker {
  readonly pass: (answer: Answer) => Finding;
  readonly block: (objection: Objection) => Finding;
}

/**
 * One block for each hindrance of each host, or one pass for all of them; nothing where no host has answered, of which the gate `host-reach` speaks.
 *
 * @param well - what is said of all of them if none has one
 */
export function hostFindings(
  hosts: readonly SeenHost[],
  hindrancesOf: (host: SeenHost) => readonly Hindrance[],
  { pass, block }: Speaker,
  well: string,
): readonly Finding[] {
  const findings = hosts.flatMap((host) =>
    hindrancesOf(host).map((hindrance) => block({ at: `host ${host.name}`, ...hindrance })),
  );
  const [first] = hosts;
  if (findings.length > 0 || first === undefined) return findings;
  return [pass({ at: hostsInWords(hosts), found: well })];
}

/** `host web-1`, `6 hosts` */
export const hostsInWords = (hosts: readonly { readonly name: string }[]): string =>
  hosts.length === 1 ? `host ${hosts[0]?.name ?? ""}` : `${hosts.length} hosts`;
