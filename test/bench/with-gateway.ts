import { join } from "node:path";
import { clearGateways } from "../lab/demo/clear";
import { succeeded } from "../lab/demo/expect";
import { makeGateways, type Gateways } from "../lab/gateways";
import type { Bench } from "./measure";

/** Release that {@link withGateway} installs unless it is told another one. */
export const INSTALLED = "1.0.0";

const NAME = "bench";

/** Installs one gateway with this program, as the stack `staging`, hands it out, and leaves nothing of it. */
export async function withGateway<T>(
  { lab, directory, say }: Bench,
  work: (gateways: Gateways) => Promise<T>,
  release = INSTALLED,
): Promise<T> {
  const own = join(directory, "gateways");
  await clearGateways(lab, NAME, own);
  try {
    const gateways = await makeGateways(lab, {
      name: NAME,
      directory: own,
      stacks: ["staging"],
    });
    await gateways.project.setVersion("staging", release);
    say(`installs ${release} with this program`);
    succeeded(await gateways.project.up("staging"));
    return await work(gateways);
  } finally {
    await clearGateways(lab, NAME, own);
  }
}
