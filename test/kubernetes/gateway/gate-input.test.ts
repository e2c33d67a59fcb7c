import {
  configuredKubernetes,
  type KubernetesSettings,
} from "../../../components/kubernetes/gateway/settings";
import { expect, test } from "vitest";
import { gatewayConfig, keysSchema } from "../../../components/config/keys";

import { gateInput } from "../../../components/kubernetes/gateway/gate-input";
import { NO_DATA } from "../../../components/gateway/look-at-data";
import { planGateway } from "../../../components/kubernetes/gateway/plan-gateway";
import { kubernetesGates } from "../../../components/kubernetes/gates/list";
import { aboutChart } from "../../../components/kubernetes/helm/render";
import { askGates } from "../../../components/upgrade/gate";
import { observed } from "../../../components/upgrade/observation";
import { echo } from "../../story/echo";
import { cluster } from "../../upgrade/gates/facts";

test("a product without chart, database and rules is asked about as one that has none of them", async () => {
  const keys = keysSchema(echo, configuredKubernetes).parse({
    echo: { version: "1.1.0", kubernetes: { context: "prod", namespace: "echo" } },
    echoSecrets: {},
  });
  const config = gatewayConfig<KubernetesSettings>("echo", keys, "echo");
  const release = await echo.render(config, aboutChart);
  const facts = {
    now: 0,
    cluster: cluster({ workloads: [] }),
    adoption: undefined,
    images: {},
    ...NO_DATA,
    prometheus: undefined,
    own: observed(undefined),
    staging: undefined,
  };
  const plan = planGateway(release, facts, echo.container);
  const input = gateInput(echo, { config, release, facts, plan });
  expect(input.at("version")).toBe("gateways:echo.version");
  expect(input.product).toMatchObject({ urlRules: [], valueTraps: [], modelledHooks: [] });
  expect(input.settings).toMatchObject({ version: "1.1.0", values: {}, ignoreHooks: [] });
  expect(input.release).toMatchObject({ chart: undefined, migration: undefined, hooks: [] });
  expect(input.demands.map(({ chapter }) => chapter)).toEqual(["rollout"]);
  const findings = askGates(kubernetesGates, input, [input]);
  const blocking = findings.filter(({ verdict }) => verdict === "block").map(({ gate }) => gate);
  expect(blocking).toEqual(["replicas", "disruption-budget", "rolling-update"]);
});
