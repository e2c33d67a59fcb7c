import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { execa } from "execa";
import type { BamfStage } from "../../../e2e/bamf-stage";
import { STACK, type StackFile } from "../gateway";

const COMPONENT = "app.kubernetes.io/component";
/** Components beside the API and the bridges, and how many pods of each are wanted; undefined: as many as there are. */
const OTHERS = { proxy: undefined, web: undefined, agent: 1 } as const;

const podsOf = async (stage: BamfStage, component: string) =>
  (await stage.eyes(STACK).pods({ [COMPONENT]: component })).filter(({ leaving }) => !leaving);

/** I5 for what carries tunnels: where a bridge was ready before a run, one is ready after it. */
export async function oneBridgeServes(stage: BamfStage): Promise<() => Promise<readonly string[]>> {
  const count = async () => (await podsOf(stage, "bridge")).filter(({ ready }) => ready).length;
  const before = await count();
  return async () => {
    const after = await count();
    return before > 0 && after === 0 ? [`I5: of ${before} ready bridges none is left`] : [];
  };
}

/** I2 beyond the API: every other pod is of the wanted release and ready, and nothing is held that a roll has held. */
export async function leavesNothingHeld(
  stage: BamfStage,
  { release, replicas }: Pick<StackFile, "release" | "replicas">,
): Promise<readonly string[]> {
  const wanted = Object.entries({ bridge: replicas, ...OTHERS });
  const pods = wanted.map(async ([component, count]) => {
    const found = await podsOf(stage, component);
    const image = `ghcr.io/mattrobinsonsre/bamf-${component}:v${release}`;
    const good = found.filter(({ ready, images }) => ready && images.every((one) => one === image));
    const all = count ?? Math.max(1, found.length);
    return good.length === all && found.length === all
      ? []
      : [
          `I2: exit 0, and of ${all} pods of ${component} ${good.length} of ${found.length} are ready at ${release}`,
        ];
  });
  return [...(await Promise.all(pods)).flat(), ...(await held(stage))];
}

async function held(stage: BamfStage): Promise<readonly string[]> {
  const deployment = await stage
    .eyes(STACK)
    .object<V1Deployment & KubernetesObject>("Deployment", "bamf-agent");
  const seconds = deployment?.spec?.minReadySeconds ?? 0;
  const notes = await execa(
    "kubectl",
    [
      ...["exec", "deployment/redis", "--namespace", stage.place(STACK).around],
      ...["--", "redis-cli", "HKEYS", "gateways:held"],
    ],
    { env: stage.lab.env },
  );
  return [
    ...(seconds === 0 ? [] : [`I2: exit 0, and the agents are held, for ${seconds} s`]),
    ...(notes.stdout.trim() === ""
      ? []
      : [`I2: exit 0, and Redis has notes of ${notes.stdout.trim().replaceAll("\n", ", ")}`]),
  ];
}
