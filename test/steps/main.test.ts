import { execa } from "execa";
import { expect, test } from "vitest";
import { toHide } from "../../components/upgrade/redact";
import { Refusal, withApi } from "../kubernetes/stand-in-api";

const run = (step: string, input: string, env: Readonly<Record<string, string>> = {}) =>
  execa("node", ["components/start/step.mjs", step], {
    env: { GATEWAYS_STEP: input, ...env },
    reject: false,
  });

/** Input of a rollout that has one Deployment to wait for. */
const rolloutIn = (kubeconfig: string): string =>
  JSON.stringify({
    namespace: "smoltbot",
    kubeconfig,
    deployments: [{ name: "gateway", images: {} }],
  });

test.each([
  ["an unknown step", "bogus", "{}", 'bogus: there is no step "bogus"'],
  ["no input", "rollout", "", "rollout: the environment holds no input"],
  [
    "wrong input, with every fault at once",
    "rollout",
    '{"namespace":"","typo":1}',
    'rollout: the step\'s input is wrong: namespace: .*; deployments: .*"typo"',
  ],
  [
    "a kubeconfig without a usable context",
    "rollout",
    '{"namespace":"a","kubeconfig":"contexts: []\\nclusters: []\\nusers: []\\n","deployments":[{"name":"a","images":{}}]}',
    'rollout: the kubeconfig has no usable context ""',
  ],
])("%s is refused in words, with nothing on stdout", async (_, step, input, words) => {
  const { exitCode, stdout, stderr } = await run(step, input);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(new RegExp(`^${words}`));
});

test("an error for which nobody waits ends the step in words, without the secrets in it (law 6)", async () => {
  // Once the step is under way.
  const late = `const timer = setInterval(() => {
    if (process.listenerCount("uncaughtException") === 0) return;
    clearInterval(timer);
    Promise.reject(new Error("no login with pa55word"));
  }, 50)`;
  const { exitCode, stderr } = await withApi(
    // It is still waited for.
    () => new Promise(() => undefined),
    (kubeconfig) =>
      run("rollout", rolloutIn(kubeconfig), {
        ...toHide(["postgresql://me:pa55word@db/x"]),
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(late)}`,
      }),
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "rollout: no login with ***" });
});

/** A Deployment whose only pod ends again and again, with its last words as the reason. */
const crashing = (words: string): Readonly<Record<string, unknown>> => {
  const owned = (uid: string) => ({ ownerReferences: [{ uid }] });
  const revision = { "deployment.kubernetes.io/revision": "1" };
  const terminated = { exitCode: 1, reason: "Error", message: words };
  const status = { name: "gateway", ready: false, restartCount: 3, state: { terminated } };
  return {
    deployments: {
      metadata: { name: "gateway", uid: "d", annotations: revision },
      spec: { replicas: 1, template: { spec: {} } },
    },
    replicasets: { items: [{ metadata: { uid: "r", annotations: revision, ...owned("d") } }] },
    pods: {
      items: [
        {
          metadata: { name: "gateway-a", creationTimestamp: new Date(), ...owned("r") },
          spec: { containers: [{ name: "gateway" }] },
          status: { containerStatuses: [status] },
        },
      ],
    },
  };
};

test("what a pod said as it ended, and what it wrote, is told without the secrets in it (law 6)", async () => {
  const world = crashing("no login with pa55word");
  const log = `refused: ${encodeURIComponent("s3cret/key")} and ${Buffer.from("s3cret/key").toString("base64")}\n`;
  const { exitCode, stderr } = await withApi(
    (_, path) => {
      if (path.endsWith("/log")) return new Refusal(200, log);
      const kind = Object.keys(world).find((name) => new RegExp(`/${name}(/gateway)?$`).test(path));
      return kind === undefined ? undefined : world[kind];
    },
    (kubeconfig) =>
      run(
        "rollout",
        rolloutIn(kubeconfig),
        toHide(["postgresql://me:pa55word@db/x", "s3cret/key"]),
      ),
  );
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining(
      "no login with ***, 4 times; it wrote: refused: *** and ***",
    ) as string,
  });
  expect(stderr).not.toMatch(/pa55word|s3cret|czNjcmV0/);
});
