import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCluster, type ClusterClient } from "../../../components/kubernetes/api/client";
import type { Json, JsonList } from "../../../components/kubernetes/api/json";
import { holdOrdinals } from "../../../components/kubernetes/edits/hold-ordinals";
import { oneByOne } from "../../../components/kubernetes/platform/one-by-one";
import { pauseImage } from "../../lab/cluster/pause-image";
import { connectLab, type Lab } from "../../lab/lab";

const namespace = "one-by-one";
const stay = ["sleep", "3600"];
const readinessProbe = {
  exec: { command: ["/bin/busybox", "true"] },
  periodSeconds: 1,
  timeoutSeconds: 10,
};

/** What the memory's stand-in of a controller cannot prove: that the real one keeps to the partition, and to what is said of stuck pods. */
describe("a real StatefulSet whose pods wait for their turns", () => {
  let lab: Lab;
  let client: ClusterClient;
  const said: string[] = [];

  const remove = () =>
    execa("kubectl", ["delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s"], {
      env: lab.env,
    });
  beforeAll(async () => {
    lab = await connectLab();
    client = await openCluster({ kubeconfig: lab.kubeconfig });
    await remove();
    await execa("kubectl", ["create", "namespace", namespace], { env: lab.env });
    await apply("one");
    await turns().waiting();
  });
  afterAll(async () => {
    client.close();
    await remove();
  });

  /** As the provider applies it, with a name for the release and what its container runs. */
  const apply = async (release: string, args: readonly string[] = stay) => {
    const object = holdOrdinals()({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "bridge", namespace },
      spec: {
        replicas: 3,
        serviceName: "bridge",
        selector: { matchLabels: { app: "bridge" } },
        template: {
          metadata: { labels: { app: "bridge", release } },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: "bridge", image: pauseImage, args, readinessProbe }],
          },
        },
      },
    });
    const words = ["apply", "--server-side", "--force-conflicts", "--field-manager=pulumi-lab"];
    await execa("kubectl", [...words, "-f", "-"], { env: lab.env, input: JSON.stringify(object) });
  };
  const turns = () => {
    const io = { env: {}, say: (line: string) => void said.push(line) };
    return oneByOne(client, namespace, "StatefulSet/bridge", {}, io);
  };
  const live = () =>
    client.get<Json<V1StatefulSet>>(`/apis/apps/v1/namespaces/${namespace}/statefulsets/bridge`);
  const partition = async () => (await live()).spec?.updateStrategy?.rollingUpdate?.partition;
  /** Each pod's release and identity, by its name. */
  const pods = async () => {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dbridge`;
    const { items } = await client.get<JsonList<V1Pod>>(path);
    return new Map(
      items.map(({ metadata }) => [
        metadata?.name ?? "",
        { release: metadata?.labels?.["release"], uid: metadata?.uid },
      ]),
    );
  };
  const releases = async () => [...(await pods()).values()].map(({ release }) => release).sort();

  test("replaces none by itself, then one at a time, and rests as it was declared (B-06)", async () => {
    const before = await pods();
    await apply("two");
    const { waiting, replace } = turns();
    expect(await waiting()).toEqual(["bridge-2", "bridge-1", "bridge-0"]);
    expect(await pods()).toEqual(before);
    await replace("bridge-2", 60);
    const [first, ...others] = [...(await pods())].toReversed();
    expect(first?.[1].release).toBe("two");
    expect(new Map(others)).toEqual(new Map([...before].filter(([name]) => name !== "bridge-2")));
    for (const instance of await waiting()) await replace(instance, 60);
    expect(await releases()).toEqual(["two", "two", "two"]);
    const { metadata, status } = await live();
    expect(await partition()).toBe(3);
    expect(status?.currentRevision).toBe(status?.updateRevision);
    expect(metadata?.managedFields?.map(({ manager }) => manager)).not.toContain(
      "gateways-rollout",
    );
  });

  test("with a first pod that crashes costs that one alone, which going back replaces (T-24)", async () => {
    const before = await pods();
    await apply("broken", ["false"]);
    const failing = turns();
    await failing.waiting();
    await expect(failing.replace("bridge-2", 60)).rejects.toThrow(/bridge does not come up/);
    const now = await pods();
    for (const name of ["bridge-0", "bridge-1"]) expect(now.get(name)).toEqual(before.get(name));
    await apply("two");
    const { waiting, replace } = turns();
    for (const instance of await waiting()) await replace(instance, 60);
    expect(await releases()).toEqual(["two", "two", "two"]);
    expect((await pods()).get("bridge-0")).toEqual(before.get("bridge-0"));
    expect(await partition()).toBe(3);
  });
});
