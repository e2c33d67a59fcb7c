import { rm } from "node:fs/promises";
import { execa } from "execa";
import { dropDatabase } from "../database";
import type { Lab } from "../lab";

/** Leaves nothing of an earlier set of gateways: namespaces, databases, project, state. */
export async function clearGateways(lab: Lab, name: string, directory: string): Promise<void> {
  const stacks = ["staging", "prod"];
  const namespaces = stacks.map((stack) => `${name}-${stack}`);
  const words = ["delete", "namespace", ...namespaces, "--ignore-not-found", "--timeout=120s"];
  await execa("kubectl", words, { env: lab.env });
  for (const stack of stacks) {
    const database = `${name}_${stack}`.replaceAll("-", "_");
    await dropDatabase(lab, { database, role: database });
  }
  await rm(directory, { recursive: true, force: true });
}
