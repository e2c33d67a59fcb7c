import { execa } from "execa";
import type { Lab } from "../lab/lab";

/** Name of the Service that the release `smoltbot` of the chart has. */
const SERVICE = "smoltbot-mnemom-gateway";

/** Where requests for the provider enter the gateway of a namespace. */
export async function serviceUrl({ env }: Lab, namespace: string): Promise<string> {
  const words = ["get", "service", SERVICE, "--namespace", namespace];
  const { stdout } = await execa("kubectl", [...words, "--output=jsonpath={.spec.clusterIP}"], {
    env,
  });
  return `http://${stdout}:8787/anthropic/v1/messages`;
}
