import type {
  ClusterFacts,
  KubernetesFacts,
} from "../../../../components/kubernetes/facts/cluster-facts";
import { RELEASE_LABEL } from "../../../../components/kubernetes/objects/release-label";
import type { Evidence } from "../../../../components/upgrade/evidence/evidence";
import { observed, unavailable } from "../../../../components/upgrade/observation";
import { cluster, databaseFacts, pod, workload } from "../../../upgrade/gates/facts";
import type { BamfWorld } from "./world";

/** Label by which the API pods are told from others. */
export const COMPONENT = "app.kubernetes.io/component";

/** What a look at this world finds, as far as plans are made of it. */
export function factsOf(world: BamfWorld): KubernetesFacts {
  const { evidence, head, silent, declared, serving } = world;
  const gone = silent ? unavailable("silent") : undefined;
  return {
    now: world.now,
    cluster: cluster({
      ...partsOf(world),
      jobs: world.completed.map((release) => ({
        name: `migrate-${release}`,
        labels: { [RELEASE_LABEL]: release },
        state: "complete" as const,
        reason: "",
      })),
      workloads:
        declared["api"] === undefined
          ? []
          : [
              workload({
                name: "api",
                generation: world.stops,
                desired: world.stopped ? 0 : 2,
                ready: serving === undefined ? 0 : 2,
                stoppedFrom: world.stopped ? 2 : undefined,
              }),
              ...heldAgents(world),
            ],
    }),
    database: gone ?? databaseFacts({ migrations: head === "" ? undefined : [head] }),
    restore: unavailable("no dumps here"),
    own: observed(evidence as unknown as Evidence | undefined),
  } as KubernetesFacts;
}

const heldAgents = ({ heldSince, without }: BamfWorld) =>
  heldSince === undefined || without === "agents that a run has held ask for a rollout"
    ? []
    : [workload({ name: "agent", generation: heldSince, held: true })];

const partsOf = ({ serving }: BamfWorld): Pick<ClusterFacts, "pods"> => ({
  pods:
    serving === undefined
      ? []
      : [
          {
            ...pod("api-0", 0),
            labels: { [COMPONENT]: "api" },
            containers: [{ name: "api", image: `bamf-api:v${serving}`, digest: "", restarts: 0 }],
          },
        ],
});
