/** Operating system and architecture: `linux/amd64`. */
export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
}

/** What the kernel calls an architecture, and what images call it. Source: `containerd/platforms@v0.2.1:database.go`. */
const KERNEL_NAMES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armv7l: "arm",
  armhf: "arm",
  i386: "386",
  i686: "386",
};

/** The architecture as images name it: `amd64`. */
export const architectureOf = (name: string): string => {
  const lower = name.toLowerCase();
  return Object.hasOwn(KERNEL_NAMES, lower) ? (KERNEL_NAMES[lower] ?? lower) : lower;
};

/** `linux/amd64` */
export const platformWords = ({ os, architecture }: ImagePlatform): string =>
  `${os}/${architecture}`;

/** True if both are one platform, by whichever of its names. */
export const isSamePlatform = (one: ImagePlatform, other: ImagePlatform): boolean =>
  one.os === other.os && architectureOf(one.architecture) === architectureOf(other.architecture);
