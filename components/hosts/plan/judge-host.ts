import type { HostFacts } from "../facts/host-facts";

/** What keeps an agent from being swapped. */
export interface Hindrance {
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
}

/** What is wanted of a host. */
export interface WantedBinary {
  readonly release: string;
  readonly sha256: string;
  /** Size of the binary, in KiB; 0 if it is not known. */
  readonly sizeKiB: number;
  /** True if the operator has consented to another try where it was swapped back. @defaultValue false */
  readonly retry?: boolean | undefined;
}

/** A certificate that ends sooner is told: the agent renews its own past half of its life, and needs the API for it. */
const CERTIFICATE_DAYS = 7;
const DAY_MS = 86_400_000;
/** Of what a swap needs, beside the binary. */
const SPARE_KIB = 10_240;
/** Of the program of a host, which is written beside itself, and of what it notes. */
const NOTES_KIB = 256;

/** Where an agent stands. */
export type AgentState = "current" | "to swap" | "to restart" | "hindered";

/** Whether the agent of a host is at the wanted release, and runs it. A file that is changed and not started is not the wanted one yet (T-32). */
export function agentState(facts: HostFacts, wanted: WantedBinary): AgentState {
  if (hindrances(facts, wanted).length > 0) return "hindered";
  if (facts.sha256 !== wanted.sha256) return "to swap";
  return facts.running === wanted.sha256 ? "current" : "to restart";
}

/** True if the file is the wanted one, and what runs is that file. */
export const isCurrent = (
  { sha256, running }: Pick<HostFacts, "sha256" | "running">,
  wanted: Pick<WantedBinary, "sha256">,
): boolean => sha256 === wanted.sha256 && running === wanted.sha256;

/** What has to be settled on a host before its agent may be swapped; nothing for one that has the wanted binary and runs. */
export function hindrances(facts: HostFacts, wanted: WantedBinary): readonly Hindrance[] {
  if (isCurrent(facts, wanted) && facts.unit.enabled === "enabled") return [];
  return [
    ...unitHindrances(facts),
    ...roomHindrances(facts, wanted),
    ...giftHindrances(facts),
    ...certificateHindrances(facts),
    ...failureHindrances(facts, wanted),
  ];
}

/** What is wrong with the unit (T-43), or with the path that it starts (T-32). */
export function unitHindrances(facts: HostFacts): readonly Hindrance[] {
  const { unit, binary, isSwapping } = facts;
  if (!unit.isThere)
    return [
      {
        found: "no such unit",
        expected: "a unit of systemd that runs the agent",
        fix: "install the agent there, or correct `unit` in the stack file",
      },
    ];
  return [
    ...(binary === undefined
      ? [
          {
            found: "a unit whose ExecStart names no file that is there",
            expected: "the path of the agent",
            fix: "correct ExecStart of the unit, then systemctl daemon-reload",
          },
        ]
      : starterHindrances(binary, facts)),
    ...(unit.enabled === "enabled"
      ? []
      : [
          {
            found: `the unit is ${unit.enabled}`,
            expected:
              "enabled: an agent that does not come back with its host is lost with the next boot (T-43)",
            fix: "systemctl enable it (a masked one after systemctl unmask, a static one with an [Install] section), or take the host, and a group that it leaves empty, out of `hosts`",
          },
        ]),
    // In the middle of its swap it is down for a moment, which the host itself sees to; after one that was cut off the next one brings it up, or puts back what was kept.
    ...(unit.state === "active" || isSwapping || isCutOff(facts)
      ? []
      : [
          {
            found: `the unit is ${unit.state}`,
            expected: "active: nobody can tell from one that is down whether a new one comes up",
            fix: "systemctl start it; journalctl -u <unit> says why it went down",
          },
        ]),
  ];
}

/** True if what lies there was put there by a swap that has no verdict, and is not at work: a loss of power has ended it. */
export const isCutOff = ({
  begun,
  sha256,
  isSwapping,
}: Pick<HostFacts, "begun" | "sha256" | "isSwapping">): boolean =>
  begun !== undefined && begun === sha256 && !isSwapping;

/** Programs that start others: with the agent in the place of one of them the whole host would be without it. */
const STARTERS =
  /^(sh|bash|dash|ash|ksh|mksh|zsh|busybox|env|nice|ionice|taskset|chrt|setpriv|setsid|timeout|flock|sudo|su|runuser|doas|chroot|unshare|nsenter|ip|docker|podman|nerdctl|ctr|runc|crun|lxc-start|systemd-nspawn|systemd-run|tini|dumb-init|catatonit|ssh|strace|screen|tmux|python[\d.]*|perl|ruby|node)$/;

/** A binary that is not the agent and only starts it: the swap would put the agent in its place. One that lies beside the other was moved there, and the unit was not restarted yet. */
function starterHindrances(
  binary: string,
  { executes = binary }: Pick<HostFacts, "executes">,
): readonly Hindrance[] {
  const said = {
    expected: "a unit that starts the agent itself: what it starts is what is swapped (T-32)",
    fix: "name the agent alone in ExecStart of the unit, then systemctl daemon-reload and systemctl restart, which cuts its tunnels",
  };
  if (STARTERS.test(nameIn(binary)))
    return [{ found: `a unit that starts the agent by ${binary}`, ...said }];
  if (folderOf(executes) === folderOf(binary)) return [];
  return [{ found: `a unit that starts ${binary}, whose process executes ${executes}`, ...said }];
}

const nameIn = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** Too little room for the new binary beside the old one, or none at all where nothing can be written. */
export function roomHindrances(
  facts: Pick<HostFacts, "freeKiB" | "kept" | "readOnly" | "notesFreeKiB">,
  { sizeKiB, sha256 }: Pick<WantedBinary, "sizeKiB" | "sha256">,
): readonly Hindrance[] {
  const { freeKiB, kept, readOnly } = facts;
  const needed = sizeKiB + SPARE_KIB;
  if (readOnly.length > 0)
    return [
      {
        found: `nothing can be written to ${readOnly.join(", ")}`,
        expected: "folders to which root may write: that of the binary, and /var/lib/gateways",
        fix: "see why it is read only; of a system that cannot be changed, have the unit start an agent below /usr/local, /opt or /var",
      },
    ];
  if (freeKiB === undefined || kept === sha256 || freeKiB >= needed) return notesHindrances(facts);
  return [
    ...notesHindrances(facts),
    {
      found: `${Math.floor(freeKiB / 1024)} MiB free beside the binary`,
      expected: `at least ${Math.ceil(needed / 1024)} MiB: the new one lies beside it until it is swapped`,
      fix: "make room on that file system",
    },
  ];
}

/** No room for notes: without them a host can neither be told what to swap, nor remember what has failed. */
const notesHindrances = ({
  notesFreeKiB,
}: Pick<HostFacts, "notesFreeKiB">): readonly Hindrance[] =>
  notesFreeKiB === undefined || notesFreeKiB >= NOTES_KIB
    ? []
    : [
        {
          found: `${notesFreeKiB} KiB free for /var/lib/gateways`,
          expected: `at least ${NOTES_KIB} KiB: there the host has the program that swaps, and notes what it does`,
          fix: "make room on that file system",
        },
      ];

/** A host that cannot give a new binary what the file of the old one has beside its content: without its capabilities an agent may not open the ports that it has opened. */
export const giftHindrances = ({
  cannotGive,
}: Pick<HostFacts, "cannotGive">): readonly Hindrance[] =>
  cannotGive === undefined
    ? []
    : [
        {
          found: cannotGive,
          expected:
            "a host that can give the new binary the capabilities and the label of the old one",
          fix: "install what it names there (getcap and setcap: libcap2-bin or libcap; chcon: coreutils), or have the unit give capabilities (AmbientCapabilities) in the place of the file",
        },
      ];

/** A certificate that has ended or is about to (B-39). */
export function certificateHindrances({
  certificateBegins,
  certificateEnds,
  clock,
}: HostFacts): readonly Hindrance[] {
  if (certificateEnds === undefined || clock === undefined) return [];
  const days = (certificateEnds - clock) / DAY_MS;
  const life = certificateBegins === undefined ? Infinity : certificateEnds - certificateBegins;
  // The agent renews it past half of its life: with less than a quarter left it does not.
  const least = Math.min(CERTIFICATE_DAYS, life / DAY_MS / 4);
  if (days >= least) return [];
  const date = new Date(certificateEnds).toISOString();
  return [
    {
      found: days < 0 ? `its certificate has ended at ${date}` : `its certificate ends at ${date}`,
      expected: `one that is good for ${Number(least.toFixed(1))} days: the agent comes back with it after its restart (B-39)`,
      fix: "see why the agent does not renew it, or have it join anew",
    },
  ];
}

/**
 * True if the agent gets another certificate, with another key, as it starts: nobody can tell that from joining anew afterwards.
 *
 * Source: `mattrobinsonsre/bamf@v0.11.0:pkg/agent/agent.go`, checkAndRenewCertificate: past half of its life, at the start and once a day, by the clock of the host.
 */
export const renewsAtStart = ({
  certificateBegins: begins,
  certificateEnds: ends,
  clock,
}: Pick<HostFacts, "certificateBegins" | "certificateEnds" | "clock">): boolean =>
  begins !== undefined && ends !== undefined && clock !== undefined && clock >= (begins + ends) / 2;

/** A release that did not come up here is not tried again by itself. */
export const failureHindrances = (
  { failed }: HostFacts,
  { sha256, release, retry = false }: WantedBinary,
): readonly Hindrance[] =>
  failed
    .filter((one) => !retry && one.sha256 === sha256)
    .slice(-1)
    .map(({ at, reason }) => ({
      found: `${release} did not come up there at ${new Date(at).toISOString()}: ${reason}`,
      expected: "a release that has not failed there",
      fix: `want another release, or see to the cause and set consents.retry to { release: "${release}", reason: "..." }`,
    }));
