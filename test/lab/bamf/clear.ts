import { clearGateways } from "../demo/clear";
import type { Lab } from "../lab";
import { bamfPlace, clearAround } from "./around";

/** Leaves nothing of an earlier set of BAMFs: namespaces, what stood around them, databases, project, state. */
export async function clearBamf(lab: Lab, name: string, directory: string): Promise<void> {
  const places = ["staging", "prod"].map((stack) => bamfPlace(`${name}-${stack}`));
  await Promise.all([
    clearGateways(lab, name, directory),
    ...places.map((place) => clearAround(lab, place)),
  ]);
}
