import type { ClusterFacts } from "../upgrade/facts";

/** Tags of the gateway images that run now, of pods that are not on their way out. */
export function runningVersions(
  cluster: ClusterFacts,
  selector: Readonly<Record<string, string>>,
): string[] {
  const tags = cluster.pods
    .filter(({ labels, terminating }) => !terminating && matches(labels, selector))
    .flatMap(({ containers }) => containers.map(({ image }) => tagOf(image)));
  return [...new Set(tags)];
}

/** `1.1.0` of `registry:5000/mnemom/gateway:1.1.0@sha256:...`; `latest` where there is none. */
function tagOf(image: string): string {
  const [name = ""] = image.split("@");
  return /:([^/:]+)$/.exec(name)?.[1] ?? "latest";
}

const matches = (
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>>,
): boolean => Object.entries(selector).every(([key, value]) => labels[key] === value);
