import { execa } from "execa";
import { ensureDatabase } from "../../lab/database";
import type { Stage } from "../../e2e/stage";
import { STACK, type Operated, type Sight } from "./gateway";
import type { Operation } from "./operation";

type InNamespace = Pick<Stage, "lab" | "project" | "namespace" | "database" | "eyes" | "sql">;

/** A gateway in a cluster, as far as it is looked at and meddled with by hand. */
export interface InCluster {
  readonly stage: InNamespace;
  /** The Deployment that serves, and the component of its pods. */
  readonly deployment: string;
  readonly component: string;
}

/** Images of the ready pods that serve, and what was declared of each object of the gateway. */
export const lookAtCluster =
  ({ stage, component }: InCluster): Operated["look"] =>
  async () => {
    const [pods, objects] = await Promise.all([
      stage.eyes(STACK).pods({ "app.kubernetes.io/component": component }),
      declaredObjects(stage),
    ]);
    return {
      serving: pods.filter(({ ready }) => ready).flatMap(({ images }) => images),
      objects,
    };
  };

async function declaredObjects({ lab, namespace }: InNamespace): Promise<Sight["objects"]> {
  const kinds = "deployments,statefulsets,secrets,configmaps,poddisruptionbudgets,services";
  const words = ["get", kinds, "--namespace", namespace(STACK), "--output", "json"];
  const { stdout } = await execa("kubectl", words, { env: lab.env });
  const { items } = JSON.parse(stdout) as {
    readonly items: readonly {
      readonly kind: string;
      readonly metadata: {
        readonly name: string;
        readonly generation?: number;
        readonly resourceVersion: string;
      };
    }[];
  };
  return Object.fromEntries(
    items.map(({ kind, metadata: { name, generation, resourceVersion } }) => [
      `${kind}/${name}`,
      String(generation ?? resourceVersion),
    ]),
  );
}

/** Does what is done by hand in a cluster, or in the database of a gateway there; undefined if it is something else. */
export async function deedInCluster(
  { stage, deployment }: InCluster,
  { facts }: Operated,
  operation: Operation,
): Promise<string | undefined> {
  const url = facts.secretsByPath[`gateways:${facts.product}DatabaseUrl`] ?? "";
  const aim = (at: string) =>
    stage.project.setSecret(STACK, `gateways:${facts.product}DatabaseUrl`, at);
  switch (operation.kind) {
    case "aim at another database":
      await aim(await otherDatabase(stage, url));
      return "done";
    case "aim at the database of the pods":
      await aim(url);
      return "done";
    case "scale by hand":
      await kubectl(stage, "scale", "deployment", deployment, `--replicas=${operation.replicas}`);
      return "done";
    case "delete the budget by hand":
      await kubectl(stage, "delete", "poddisruptionbudgets", "--all");
      return "done";
    case "delete the migration Job":
      await kubectl(stage, "delete", "jobs", "--all");
      return "done";
    case "take the right to create databases":
    case "give the right to create databases": {
      const right = operation.kind.startsWith("take") ? "NOCREATEDB" : "CREATEDB";
      await stage.sql(STACK, `ALTER ROLE "${stage.database(STACK)}" ${right}`);
      return "done";
    }
    default:
      return undefined;
  }
}

/** The way to an empty database of the same server and role. */
async function otherDatabase({ lab, database }: InNamespace, at: string): Promise<string> {
  const role = database(STACK);
  const url = new URL(at);
  const other = `${role}_other`;
  const password = decodeURIComponent(url.password);
  await ensureDatabase(lab, { database: other, role, password });
  url.pathname = `/${other}`;
  return url.href;
}

const kubectl = async (stage: InNamespace, ...words: readonly string[]): Promise<void> => {
  await execa("kubectl", [...words, "--namespace", stage.namespace(STACK)], {
    env: stage.lab.env,
  });
};
