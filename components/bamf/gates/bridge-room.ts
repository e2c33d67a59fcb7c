import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import { gate, type Finding, type Objection } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { goesBack, type Plan } from "../../upgrade/plan/plan";

const { pass, warn, block, unknown } = gate("bridge-room");

/** Fewest bridges: one that goes, and one that takes its sessions. */
const FEWEST = 2;

/** What one bridge says of itself. */
export interface BridgeFacts {
  readonly name: string;
  readonly ready: boolean;
  /** Open tunnels, and those of them that cannot move; undefined if it does not answer. */
  readonly tunnels: { readonly open: number; readonly pinned: number } | undefined;
}

/** What this gate looks at. */
export interface BridgeRoomArgs {
  readonly plan: Plan;
  readonly bridges: Observation<readonly BridgeFacts[]>;
  /** False if bridges of the running release tell no number of tunnels, as the catalogue knows. */
  readonly tellTunnels: boolean;
  /** Fewest bridges that the release declares; undefined if it has none, as a release of agents alone. */
  readonly declared: number | undefined;
  /** Most bridges that it may have: the controller stops those with higher ordinals as soon as it is told. @defaultValue as many as run */
  readonly most?: number | undefined;
  /** Tunnels that one bridge shall carry; undefined if nothing says so. */
  readonly perBridge: number | undefined;
  /** Workload of the bridges: `StatefulSet/bamf-bridge`. */
  readonly at: string;
  /** Config path of the values. */
  readonly valuesAt: string;
}

/**
 * Lets a roll of the bridges begin only if another one is there for the sessions of the one that goes, with room for them (B-10, B-16). Of sessions that cannot move it
 * tells beforehand. Going back, and going on with what was cut off, is not stopped. Bridges that go for good, since fewer are declared, take their tunnels with
 * them, and nothing carries those: they wait until nothing is open there.
 */
export const bridgeRoom = (args: BridgeRoomArgs): readonly Finding[] => [
  ...leaving(args),
  ...room(args),
];

function room(args: BridgeRoomArgs): readonly Finding[] {
  const { plan, bridges, declared, at } = args;
  if (declared === undefined) return [pass({ at, found: "no bridges in this release" })];
  if (declared < FEWEST) return [block(tooFew(declared, args))];
  if (plan.change === "install")
    return [pass({ at, found: `${counted(declared, "bridge")} at the least, none yet` })];
  if (!bridges.observed) return [unknown(couldNotLook(at, "the bridges", bridges.reason))];
  const wayOut = plan.unfinished || plan.change === "none" || goesBack(plan);
  const grave = (objection: Objection) => (wayOut ? warn : block)(objection);
  const ready = bridges.value.filter((one) => one.ready);
  if (ready.length < FEWEST)
    return [
      grave({
        at,
        found: `${ready.length} of ${counted(bridges.value.length, "bridge")} ready`,
        expected: `at least ${FEWEST} ready, so that one takes over from the other`,
        fix: "bring the bridges back first: kubectl describe shows what they wait for",
      }),
    ];
  const silent = ready.filter(({ tunnels }) => tunnels === undefined);
  if (silent.length > 0)
    return silent.map(({ name }) =>
      // On the way out the API comes first and is not kept waiting; the roll ends at a bridge that still does not tell.
      (args.tellTunnels && !plan.unfinished && !goesBack(plan) ? unknown : warn)(
        couldNotLook(`Pod/${name}`, "its tunnels", "it does not answer for its metrics"),
      ),
    );
  return judge(ready, args, grave);
}

const tooFew = (declared: number, { at, valuesAt }: BridgeRoomArgs): Objection => ({
  at,
  found: `${counted(declared, "bridge")} declared`,
  expected: `at least ${FEWEST}: with one alone a roll cuts every session`,
  fix: `set the number of bridges in ${valuesAt} to ${FEWEST} or more, or minReplicas if they are scaled; an install that is taken over (adopt) is raised with Helm first, since it is taken over as it runs`,
});

/**
 * Bridges that are too many, and what is open on them. That stands: a run that was cut off may have made them, and the next one at the verified stack file takes
 * them away. One that is not ready and does not tell stops no such run, or nothing would get rid of it.
 */
function leaving({ bridges, most = Infinity, at, valuesAt }: BridgeRoomArgs): readonly Finding[] {
  const gone = (bridges.observed ? bridges.value : [])
    .filter(({ name }) => ordinalOf(name) >= most)
    .filter(({ tunnels }) => tunnels?.open !== 0);
  if (gone.length === 0) return [];
  const words = gone.map(({ name, tunnels }) =>
    tunnels === undefined
      ? `${name}, which does not tell`
      : `${name} ${counted(tunnels.open, "tunnel")}`,
  );
  return [
    block({
      at,
      found: `at most ${counted(most, "bridge")} declared, and more run, with tunnels that would be cut: ${words.join(", ")}`,
      expected: "nothing open on a bridge that goes for good, since nothing carries it over",
      fix: `set replicas below ${valuesAt}, or autoscaling.maxReplicas, to ${Math.max(...gone.map(({ name }) => ordinalOf(name))) + 1} until nothing is open on the last ones`,
      stands: gone.some(({ ready, tunnels }) => ready || tunnels !== undefined),
    }),
  ];
}

const ordinalOf = (name: string): number => Number(/-(\d+)$/.exec(name)?.[1] ?? -1);

function judge(
  ready: readonly BridgeFacts[],
  { perBridge, at, valuesAt }: BridgeRoomArgs,
  grave: (objection: Objection) => Finding,
): readonly Finding[] {
  const open = ready.map(({ tunnels }) => tunnels?.open ?? 0);
  const fullest = Math.max(...open);
  const sum = open.reduce((all, one) => all + one, 0);
  const room =
    perBridge === undefined ? undefined : perBridge * (ready.length - 1) - (sum - fullest);
  const words = ready.map(
    ({ name, tunnels }) => `${name} ${counted(tunnels?.open ?? 0, "tunnel")}`,
  );
  const narrow =
    room !== undefined && fullest > room
      ? [
          grave({
            at,
            found: `${words.join(", ")}: room for ${Math.max(room, 0)} of the ${fullest} of the fullest bridge on the others`,
            expected: `room for all of them, at ${perBridge ?? 0} tunnels a bridge`,
            fix: `add a bridge, wait for fewer tunnels, or raise autoscaling.targetTunnelsPerPod in ${valuesAt} if a bridge carries more`,
          }),
        ]
      : [];
  const pinned = ready.flatMap(({ name, tunnels }) =>
    tunnels === undefined || tunnels.pinned === 0 ? [] : [stays(name, tunnels.pinned)],
  );
  const findings = [...narrow, ...pinned];
  return findings.length > 0 ? findings : [pass({ at, found: words.join(", ") })];
}

const stays = (name: string, count: number): Finding =>
  warn({
    at: `Pod/${name}`,
    found: `${counted(count, "session")} that cannot move to another bridge`,
    expected: "none, so that the roll waits for nobody",
    fix: "nothing; the roll waits for them, and at its limit does what the policy of the stack file says",
  });
