/** What a release has for a machine, or why it has nothing. */
export type Asset = { readonly name: string } | { readonly refused: string };

/** Machines by the name that `uname -m` has for them, with the vendor's name. */
const ARCHITECTURES: Readonly<Record<string, "amd64" | "arm64">> = {
  x86_64: "amd64",
  amd64: "amd64",
  aarch64: "arm64",
  arm64: "arm64",
};

const known = (machine: string): Asset => ({
  refused: `machine ${machine}: there are binaries for ${[...new Set(Object.values(ARCHITECTURES))].join(" and ")} alone`,
});

/**
 * Name of the agent for a Linux host.
 *
 * Source: `mattrobinsonsre/bamf@v0.11.0`, assets of the release; there are no packages and no unit file among them (T-31).
 *
 * @param machine - as `uname -m` says it
 */
export function agentAsset(machine: string): Asset {
  const architecture = ARCHITECTURES[machine];
  return architecture === undefined ? known(machine) : { name: `bamf-agent-linux-${architecture}` };
}

/** The agents of a release by the machines of Linux hosts, as `uname -m` calls them. */
export const AGENTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(ARCHITECTURES).flatMap((machine) => {
    const asset = agentAsset(machine);
    return "name" in asset ? [[machine, asset.name]] : [];
  }),
);

/**
 * Name of the CLI for a machine. That for macOS is one for both architectures: what the guide names, `bamf-darwin-arm64`, does not exist (T-31).
 *
 * @param platform - as Node says it: `linux`, `darwin`
 * @param machine - as `uname -m` or Node says it
 */
export function cliAsset(platform: string, machine: string): Asset {
  if (platform === "darwin") return { name: "bamf-darwin-universal" };
  const architecture = machine === "x64" ? "amd64" : ARCHITECTURES[machine];
  if (architecture === undefined) return known(machine);
  if (platform === "linux") return { name: `bamf-linux-${architecture}` };
  return { refused: `platform ${platform}: there are binaries for linux and darwin alone` };
}

/** The CLIs of a release by machines as Node calls them: `linux x64`. */
export const CLIS: Readonly<Record<string, string>> = Object.fromEntries(
  ["linux", "darwin"].flatMap((platform) =>
    ["x64", "arm64"].flatMap((machine) => {
      const asset = cliAsset(platform, machine);
      return "name" in asset ? [[`${platform} ${machine}`, asset.name]] : [];
    }),
  ),
);
