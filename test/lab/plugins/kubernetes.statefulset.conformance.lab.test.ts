import { afterAll, beforeAll, expect, test } from "vitest";
import { connectLab } from "../lab";
import { until } from "../until";
import { ops, podTemplate, samplesIn, skipAwait, stay, well } from "./kubernetes-samples";
import { openGround, type TrialGround } from "./kubernetes-trial";

// What the program relies on to replace the pods of a StatefulSet one by one, on whatever plugin the lab has.

let ground: TrialGround;
const { metadata } = samplesIn(() => ground);
const REPLICAS = 2;

beforeAll(async () => {
  ground = await openGround(await connectLab());
});
afterAll(() => ground.close());

/** Its partition holds back every pod: a new template alone replaces none. */
const held = (name: string, command: readonly string[]) => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: metadata(name, skipAwait),
  spec: {
    replicas: REPLICAS,
    serviceName: name,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: { app: name } },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: REPLICAS } },
    template: podTemplate(command, name),
  },
});

const podsOf = async (name: string): Promise<string> =>
  ground.kubectl(
    ...["get", "pods", "-n", ground.namespace, "-l", `app=${name}`],
    ...["--sort-by=metadata.name", "-o", "jsonpath={.items[*].metadata.uid}"],
  );
const allReady = async (name: string): Promise<boolean> =>
  (await ground.live("statefulset", name, "{.status.readyReplicas}")) === String(REPLICAS);

test("a new template of a StatefulSet that holds back its pods replaces none, and is not waited for", async () => {
  const trial = await ground.stack();
  await trial.declare({ objects: { set: held("held", stay) } });
  well(await trial.up());
  await until("its pods are ready", () => allReady("held"), { seconds: 60 });
  const before = await podsOf("held");
  await trial.declare({ objects: { set: held("held", [...stay, "1"]) } });
  expect(ops(well(await trial.up()))).toEqual(["update set"]);
  expect(await podsOf("held")).toBe(before);
  const revisions = "{.status.currentRevision} {.status.updateRevision}";
  await until(
    "the new revision is seen",
    async () => {
      const [current, next] = (await ground.live("statefulset", "held", revisions)).split(" ");
      return current !== next;
    },
    { seconds: 30 },
  );
});

test("a partition that somebody else has moved and put back is no change", async () => {
  const trial = await ground.stack();
  const name = "moved";
  await trial.declare({ objects: { set: held(name, stay) } });
  well(await trial.up());
  await until("its pods are ready", () => allReady(name), { seconds: 60 });
  await trial.declare({ objects: { set: held(name, [...stay, "1"]) } });
  well(await trial.up());
  const before = await podsOf(name);
  const partition = (value: number) =>
    ground.kubectl(
      ...["patch", "statefulset", name, "-n", ground.namespace, "--field-manager=one-by-one"],
      ...[
        "--type=merge",
        "-p",
        JSON.stringify({ spec: { updateStrategy: { rollingUpdate: { partition: value } } } }),
      ],
    );
  for (const ordinal of [1, 0]) {
    const pod = `${name}-${ordinal}`;
    const uid = () => ground.live("pod", pod, "{.metadata.uid}");
    const old = await uid();
    await partition(ordinal);
    const isReady = () =>
      ground.live("pod", pod, '{.status.conditions[?(@.type=="Ready")].status}');
    await until(
      `${pod} is new and ready`,
      async () => (await uid()) !== old && (await isReady()) === "True",
      { seconds: 60 },
    );
  }
  await partition(REPLICAS);
  expect(await podsOf(name)).not.toBe(before);
  expect(ops(well(await trial.preview()))).toEqual([]);
  well(await trial.refresh());
  expect(ops(well(await trial.preview()))).toEqual([]);
});

test("a StatefulSet that is taken away takes its pods with it", async () => {
  const trial = await ground.stack();
  await trial.declare({ objects: { set: held("gone", stay) } });
  well(await trial.up());
  await until("its pods are ready", () => allReady("gone"), { seconds: 60 });
  well(await trial.destroy());
  await until("its pods are gone", async () => (await podsOf("gone")) === "", { seconds: 60 });
});
