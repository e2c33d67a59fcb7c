import { join } from "node:path";
import { importImages } from "../cluster/images";
import { run } from "../run";
import type { Settings } from "../settings";
import { bamfCharts } from "./chart-folder";
import { bamfDefinitions } from "./crds";
import { bamfImages } from "./images";
import { buildBamf } from "./programs";
import { redisArchive } from "./redis-image";

/** What a running lab has for BAMF once {@link ensureBamf} is through. */
export interface BamfParts {
  /** Path of the program, for its `client` and `login`. */
  readonly binary: string;
  /** Folder of the charts, by `chartName`. */
  readonly charts: string;
}

/**
 * Makes BAMF's stand-ins the first time a test or a demo of BAMF asks for them, and brings into the running lab their images and the kinds of objects that
 * their chart makes; nothing else of the lab waits for this.
 */
export async function ensureBamf(
  settings: Settings,
  say: (line: string) => void = () => undefined,
): Promise<BamfParts> {
  say("BAMF's programs, images and charts: compiled and packed the first time");
  const images = [...(await bamfImages(settings)), await redisArchive(settings)];
  await importImages(settings, images);
  await defineKinds(settings);
  return { binary: await buildBamf(settings), charts: await bamfCharts(settings) };
}

async function defineKinds({ home }: Settings): Promise<void> {
  const kubectl = (words: readonly string[], input = "") =>
    run(join(home, "bin", "kubectl"), ["--kubeconfig", join(home, "kubeconfig"), ...words], {
      input,
    });
  await kubectl(
    ["apply", "--server-side", "--force-conflicts", "--filename", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items: bamfDefinitions }),
  );
  const names = bamfDefinitions.map(({ metadata }) => `crd/${metadata.name}`);
  await kubectl(["wait", "--for=condition=Established", "--timeout=60s", ...names]);
}
