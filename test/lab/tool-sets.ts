/** A set of programs compiled from one Go module file of ours. */
export interface ToolSet {
  readonly name: string;
  /** Folder of the module below `test/lab/tools`. @defaultValue the name */
  readonly module?: string;
  readonly ldflags: string;
  /** Build tags. @defaultValue none */
  readonly tags?: readonly string[];
  /** Tool set whose packages this one shares, so that it waits for them. @defaultValue none */
  readonly after?: string;
  /** The same, if none of them is among the last that the other one compiles: its linking leaves a core idle. @defaultValue none */
  readonly afterMostOf?: string;
  /** Package by the name of the program that comes out of it. */
  readonly programs: Readonly<Record<string, string>>;
  /**
   * Folder in that of the set, with a folder for each package of which files are replaced by the files of the same name in it.
   *
   * @defaultValue none
   */
  readonly replacements?: string;
  /** Cold build, alone on 2 cores. Unit: seconds. */
  readonly seconds: number;
}

const stamp = (variable: string, value: string): string => `-X ${variable}=${value}`;
const KUBERNETES_VERSION = "k8s.io/component-base/version";

/** Everything that the lab compiles, slowest first. */
export const toolSets: readonly ToolSet[] = [
  {
    name: "cluster",
    module: "main",
    ldflags: [
      "-s -w",
      stamp(`${KUBERNETES_VERSION}.gitVersion`, "v1.34.4"),
      stamp(`${KUBERNETES_VERSION}.gitMajor`, "1"),
      stamp(`${KUBERNETES_VERSION}.gitMinor`, "34"),
    ].join(" "),
    programs: {
      etcd: "go.etcd.io/etcd/server/v3",
      "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
      "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
      "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
      kubelet: "k8s.io/kubernetes/cmd/kubelet",
      "kube-proxy": "k8s.io/kubernetes/cmd/kube-proxy",
      kubectl: "k8s.io/kubernetes/cmd/kubectl",
    },
    seconds: 215,
  },
  {
    // In one module with the cluster, because half of its packages are met there once all take the same versions of them; the cluster starts meanwhile.
    name: "engine",
    module: "main",
    after: "cluster",
    // State and keys of the lab lie in files: what speaks to the clouds' stores is a third of all that Pulumi is made of.
    replacements: "without-clouds",
    ldflags: [
      "-s -w",
      stamp("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", "v3.245.0"),
      stamp("helm.sh/helm/v3/internal/version.version", "v3.20.2"),
    ].join(" "),
    programs: {
      helm: "helm.sh/helm/v3/cmd/helm",
      pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    },
    seconds: 75,
  },
  {
    name: "prometheus",
    ldflags: "-s -w",
    // Of two dozen ways to find targets the lab needs one; the others would double the work.
    tags: ["remove_all_sd", "enable_kubernetes_sd"],
    programs: { prometheus: "github.com/prometheus/prometheus/cmd/prometheus" },
    seconds: 88,
  },
  {
    name: "versitygw",
    ldflags: "-s -w",
    programs: { versitygw: "github.com/versity/versitygw/cmd/versitygw" },
    seconds: 70,
  },
  {
    name: "coredns",
    ldflags: "-s -w",
    programs: { coredns: "." },
    seconds: 36,
  },
  {
    // Its packages have the versions that the engine has, so that the compiler has met nearly all of them there.
    name: "language-host",
    afterMostOf: "engine",
    ldflags: "-s -w",
    programs: {
      "pulumi-language-nodejs": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    },
    seconds: 7,
  },
];
