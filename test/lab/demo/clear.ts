import { rm } from "node:fs/promises";
import { execa } from "execa";
import { dropDatabase } from "../database";
import type { Lab } from "../lab";

/** Leaves nothing of an earlier set of gateways: namespaces, databases, project, state. */
export async function clearGateways(lab: Lab, name: string, directory: string): Promise<void> {
  const stacks = ["staging", "prod"];
  await Promise.all(
    stacks.map(async (stack) => {
      await removeNamespace(lab, `${name}-${stack}`);
      const database = `${name}_${stack}`.replaceAll("-", "_");
      await dropDatabase(lab, { database, role: database });
    }),
  );
  await rm(directory, { recursive: true, force: true });
}

/** Its pods go first and at once: nobody needs what they would drain, and a namespace waits for the last of them. */
async function removeNamespace({ env }: Lab, namespace: string): Promise<void> {
  const kubectl = (...words: readonly string[]) => execa("kubectl", words, { env });
  const { stdout } = await kubectl("get", "namespace", namespace, "--ignore-not-found");
  if (stdout === "") return;
  const all = ["--all", "--namespace", namespace, "--wait=false"];
  await kubectl("delete", "deployments,statefulsets,jobs", ...all);
  await kubectl("delete", "pods", ...all, "--grace-period=0", "--force");
  await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s");
}
