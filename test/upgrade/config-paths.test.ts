import { expect, test } from "vitest";
import { configPaths } from "../../components/upgrade/config-paths";

test("a finding names the place in the stack file by the key of the product", () => {
  const { at, secretsAt, ownSecretAt } = configPaths("echo");
  expect([at(), at("version")]).toEqual(["gateways:echo", "gateways:echo.version"]);
  expect([secretsAt(), secretsAt("KEY")]).toEqual([
    "gateways:echoSecrets",
    "gateways:echoSecrets.KEY",
  ]);
  expect(ownSecretAt("DatabaseUrl")).toBe("gateways:echoDatabaseUrl");
});
