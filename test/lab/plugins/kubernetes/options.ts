import { plain, type PropertyMap } from "../protocol/values";

/** The switches of the provider that this plugin honours. */
export interface Options {
  readonly deleteUnreachable: boolean;
  readonly enableConfigMapMutable: boolean;
  readonly enablePatchForce: boolean;
  readonly enableSecretMutable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly suppressHelmHookWarnings: boolean;
  readonly upsertExistingObjects: boolean;
}

/** One setting of the provider as text, however the SDK sent it; the empty string when it is unset. */
export function settingOf(config: PropertyMap, name: string): string {
  const value = plain(config[name] ?? "");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Reads the switches from the provider's configuration, else from the environment, else they are off.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (Configure)
 */
export function readOptions(config: PropertyMap): Options {
  const isOn = (name: string, variable: string): boolean =>
    (settingOf(config, name) || process.env[`PULUMI_K8S_${variable}`]) === "true";
  return {
    deleteUnreachable: isOn("deleteUnreachable", "DELETE_UNREACHABLE"),
    enableConfigMapMutable: isOn("enableConfigMapMutable", "ENABLE_CONFIGMAP_MUTABLE"),
    enablePatchForce: isOn("enablePatchForce", "ENABLE_PATCH_FORCE"),
    enableSecretMutable: isOn("enableSecretMutable", "ENABLE_SECRET_MUTABLE"),
    skipUpdateUnreachable: isOn("skipUpdateUnreachable", "SKIP_UPDATE_UNREACHABLE"),
    suppressHelmHookWarnings: isOn("suppressHelmHookWarnings", "SUPPRESS_HELM_HOOK_WARNINGS"),
    upsertExistingObjects: isOn("upsertExistingObjects", "UPSERT_EXISTING_OBJECTS"),
  };
}

/** @throws Error when the configuration asks for what this plugin does not do. */
export function refuseOptions(config: PropertyMap): void {
  const serverSide =
    settingOf(config, "enableServerSideApply") ||
    (process.env["PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY"] ?? "true");
  if (serverSide !== "true") {
    throw new Error(unsupported("client-side apply (enableServerSideApply: false)"));
  }
  if (settingOf(config, "renderYamlToDirectory") !== "") {
    throw new Error(unsupported("renderYamlToDirectory"));
  }
}

/** The one sentence with which this plugin refuses what it does not do. */
export function unsupported(what: string): string {
  return `the stand-in kubernetes plugin does not support ${what}; use the official plugin`;
}
