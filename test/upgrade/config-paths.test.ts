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

test("a finding about one of several gateways names what it alone has, or lacks, where it alone has it (S-12)", () => {
  const { at, secretsAt, ownSecretAt } = configPaths("echo", {
    ...{ name: "eu", at: "instances.eu.echo", own: ["version", "kubernetes"] },
    shared: ["API_KEY", "BackupKey"],
  });
  expect(
    ["version", "kubernetes.context", "values.a", "consents.restore"].map((one) => at(one)),
  ).toEqual([
    "gateways:instances.eu.echo.version",
    "gateways:instances.eu.echo.kubernetes.context",
    "gateways:echo.values.a",
    "gateways:instances.eu.echo.consents.restore",
  ]);
  expect([secretsAt(), secretsAt("API_KEY"), secretsAt("POSTGRES_URL")]).toEqual([
    "gateways:echoSecrets",
    "gateways:echoSecrets.API_KEY",
    "gateways:instanceSecrets.eu.environment.POSTGRES_URL",
  ]);
  expect([ownSecretAt("BackupKey"), ownSecretAt("DatabaseUrl")]).toEqual([
    "gateways:echoBackupKey",
    "gateways:instanceSecrets.eu.databaseUrl",
  ]);
});
