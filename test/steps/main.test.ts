import { execa } from "execa";
import { expect, test } from "vitest";

const run = (step: string, input: string) =>
  execa("node", ["components/start/step.mjs", step], {
    env: { GATEWAYS_STEP: input },
    reject: false,
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
