import { setTimeout as pause } from "node:timers/promises";
import type { SeenContainer } from "../../../lab/docker/containers";
import type { DockerStage } from "../../../lab/docker/stage";
import { run } from "../../../lab/run";
import type { Sight } from "../gateway";

const SHOW = `use IO::Socket::UNIX; alarm 10;
my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 7;
print {$s} "show stat\\n"; $s->flush; shutdown($s, 1); print while <$s>`;

const labelsOf = ({ inspected }: SeenContainer): Readonly<Record<string, string>> =>
  (inspected["Config"] as { readonly Labels?: Record<string, string> | null }).Labels ?? {};

/** The role of one of our containers; undefined of any other. */
export const roleIn = (one: SeenContainer): string | undefined => labelsOf(one)["gateways.role"];

/** Our containers of this gateway. */
export const oursIn = async (stage: DockerStage, name: string): Promise<readonly SeenContainer[]> =>
  (await stage.containers.all()).filter((one) => labelsOf(one)["gateways.instance"] === name);

/** Images of the gateways that the front proxies send to, if the published port answers; read with docker, HAProxy's socket and a request. */
async function servingOf(
  stage: DockerStage,
  ours: readonly SeenContainer[],
): Promise<readonly string[]> {
  const running = (role: string) =>
    ours.filter((one) => roleIn(one) === role && one.state === "running");
  if (!(await isAnswered(stage))) return [];
  const told = await Promise.all(
    running("proxy").map(async ({ name }) => {
      const words = ["exec", name, "perl", "-e", SHOW, `/var/lib/haproxy/${name}.sock`];
      return run("docker", ["--host", stage.daemon, ...words], { reject: false });
    }),
  );
  const lines = told.flatMap(({ stdout }) => stdout.split("\n"));
  const ready = lines
    .map((line) => line.split(","))
    .filter((fields) => fields.includes("UP") || fields.includes("no check"))
    .map(([, server]) => server);
  return running("gateway")
    .filter(({ name }) => ready.includes(name))
    .map(({ image }) => image)
    .sort();
}

/** Whether the gateway is ready at the published port; asked a few times, since the machine may be busy. */
async function isAnswered({ url }: DockerStage): Promise<boolean> {
  for (let asked = 0; asked < 5; asked += 1) {
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(`${url}/health/ready`, { signal }).catch(() => undefined);
    if (answer?.ok === true) return true;
    await pause(1000);
  }
  return false;
}

/** What serves, and what was made of each container: its settings, and not how it is. */
export async function lookAtContainers(
  stage: DockerStage,
  name: string,
): Promise<Pick<Sight, "serving" | "objects">> {
  const ours = await oursIn(stage, name);
  return {
    serving: await servingOf(stage, ours),
    objects: Object.fromEntries(ours.map((one) => [`container/${one.name}`, one.id])),
  };
}
