import type { Platform } from "../../../../components/upgrade/platform";
import type { BamfRun } from "./run";
import {
  passTime,
  takers,
  tunnelsOn,
  type BamfRelease,
  type BamfWorld,
  type Tunnel,
} from "./world";

/** What policy and consent allow a run to cut, read off the stack file and not off what the program makes of it. */
export const allowedCuts = ({ file: { sessions, consents, version } }: BamfWorld): number =>
  sessions.policy === "cut" && consents.cut?.release === version ? consents.cut.sessions : 0;

/** The part of a platform that a roll of the bridges asks for. */
export const platformOf = (run: BamfRun, wanted: BamfRelease): Platform => {
  const { world } = run;
  return {
    look: () => {
      run.goOn();
      const named = (isNew: boolean) =>
        Object.entries(world.bridges)
          .filter(([, { release }]) => (release === wanted) === isNew)
          .map(([name]) => ({ name }));
      const [instances, older] = [named(true), named(false)];
      return Promise.resolve({ instances, older, wanted: instances.length + older.length });
    },
    ask: ({ instance = "" }: { readonly instance?: string }) => {
      run.goOn();
      if (world.bridges[instance] === undefined) return Promise.resolve(undefined);
      return Promise.resolve({ status: 200, body: metricsOf(tunnelsOn(world, instance)) });
    },
    oneByOne: () => ({
      waiting: () => {
        run.goOn();
        const waiting = Object.entries(world.bridges)
          .filter(([, { release }]) => release !== wanted)
          .map(([name]) => name);
        return Promise.resolve(waiting.toSorted().toReversed());
      },
      replace: (name: string) => {
        run.pass("before a bridge is stopped");
        const looked = world.now;
        // The last look at a bridge and its stop are two moments.
        passTime(world, 500);
        replacePod(world, name, wanted, looked);
        run.pass("while a bridge is replaced");
        return Promise.resolve();
      },
    }),
  } as unknown as Platform;
};

const metricsOf = (tunnels: readonly Tunnel[]): string =>
  [
    `bamf_bridge_active_tunnels ${tunnels.length}`,
    `bamf_bridge_non_migratable_tunnels ${tunnels.filter(({ movable }) => !movable).length}`,
    "bamf_bridge_draining 0",
    "bamf_bridge_bytes_sent_total 1",
  ].join("\n");

/** Its controller stops a bridge and starts its successor, whether a run still looks on or not. */
function replacePod(world: BamfWorld, name: string, release: BamfRelease, looked: number): void {
  const here = tunnelsOn(world, name);
  const hold = world.holds[name];
  const others = without(world.bridges, name);
  world.bridges = others;
  const isGuarded = hold?.leaving === true && hold.carries;
  const kept = isGuarded && takers(world).length > 0 ? here.filter(({ movable }) => movable) : [];
  const lost = here.filter((one) => !kept.includes(one));
  world.tunnels = world.tunnels.filter(({ bridge }) => bridge !== name);
  for (const one of kept)
    world.tunnels = [...world.tunnels, { ...one, bridge: takers(world)[0] ?? "" }];
  world.cuts.push({
    by: "a stop",
    run: world.runs,
    where: name,
    tunnels: lost.length,
    late: lost.filter(({ began }) => began > looked).length,
    allowed: allowedCuts(world),
  });
  if (world.serving !== release)
    world.broken.push(`${name} of ${release} beside the API ${world.serving ?? "that is away"}`);
  world.bridges = { ...others, [name]: { release, since: world.now, cordoned: false } };
  if (hold !== undefined)
    world.holds = { ...world.holds, [name]: { ...hold, named: here.length, moved: kept.length } };
}

/** All but the one of that name. */
export const without = <T>(
  all: Readonly<Record<string, T>>,
  name: string,
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(all).filter(([one]) => one !== name));
