import type { ReleaseWave } from "../kubernetes/gateway/product";
import type { BamfNames } from "./names";

/** How what users have sessions on is replaced, one instance at a time. */
export interface WaveRolls {
  readonly bridges: NonNullable<ReleaseWave["oneByOne"]>;
  readonly agents: NonNullable<ReleaseWave["oneByOne"]>;
}

/**
 * The workloads of a release in the order of the guide (B-04 to B-08, B-34): the API, which is verified, then the bridges, which belong to it, then what is in
 * front of them, and the agents of the chart at last, which may not be newer than the API (T-25): no agent leaves while a bridge does. What the chart has beside
 * them goes along with the proxy. A wave without workloads is left out: web pages of their own are not there by default (T-33), nor are agents.
 *
 * @param rendered - names of the workloads that the chart has rendered
 * @param rolls - of bridges and agents
 */
export function wavesOf(
  { gateway, bridge, agent }: BamfNames,
  rendered: readonly string[],
  rolls: WaveRolls,
): readonly ReleaseWave[] {
  const others = rendered.filter((name) => ![gateway, bridge, agent].includes(name));
  const waves: readonly ReleaseWave[] = [
    { name: "api", workloads: [gateway], verified: true },
    { name: "bridges", workloads: [bridge], oneByOne: rolls.bridges },
    { name: "proxy-and-web", workloads: others },
    { name: "agents", workloads: [agent], held: true, oneByOne: rolls.agents },
  ];
  return waves
    .map((wave) => ({
      ...wave,
      workloads: wave.workloads.filter((name) => rendered.includes(name)),
    }))
    .filter(({ workloads }) => workloads.length > 0);
}
