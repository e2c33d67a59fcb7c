import { execa } from "execa";
import type { Lab } from "../lab/lab";
import { SECRET } from "./render-chart";

/** A namespace with the Secret that pods of the chart need, as the gateway of another namespace has it: to be created by whoever asks. */
export async function copySecret(
  { env }: Lab,
  from: string,
  namespace: string,
): Promise<readonly object[]> {
  const words = ["get", "secret", SECRET, "--namespace", from, "--output", "json"];
  const { stdout } = await execa("kubectl", words, { env });
  const { data } = JSON.parse(stdout) as { readonly data: Readonly<Record<string, string>> };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "Secret", metadata: { name: SECRET, namespace }, data },
  ];
}
