/** One record that Helm keeps of a release, as a Secret beside its objects. */
export interface HelmRecord {
  /** Name of the Secret: `sh.helm.release.v1.smoltbot.v1` */
  readonly name: string;
  readonly revision: number;
  /** `deployed`, `superseded`, `failed`, `pending-upgrade`, ... */
  readonly status: string;
}

/** Which records, and how to reach them. */
export interface RecordsPlace {
  readonly context?: string | undefined;
  readonly namespace: string;
  /** Name of the Helm release. */
  readonly release: string;
}

/**
 * What finds the records of one release without their content.
 *
 * Source: `helm/helm@v3.17.3:pkg/storage/driver/secrets.go` (labels owner, name, status, version).
 */
export const recordsPath = ({ namespace, release }: RecordsPlace): string =>
  `/api/v1/namespaces/${namespace}/secrets?labelSelector=${encodeURIComponent(`owner=helm,name=${release}`)}`;

/** A record's Secret, as much of it as is ever read. */
export interface RecordMetadata {
  readonly metadata?: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** What is asked for: metadata alone, so that no content of a record ever travels. */
export const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** A list of metadata: where it is empty, the API server says null. */
export interface MetadataList<T> {
  readonly items: readonly T[] | null;
}

/** The records, newest first. */
export const readRecords = ({ items }: MetadataList<RecordMetadata>): readonly HelmRecord[] =>
  (items ?? [])
    .map(({ metadata }) => ({
      name: metadata?.name ?? "",
      revision: Number(metadata?.labels?.["version"] ?? 0),
      status: metadata?.labels?.["status"] ?? "unknown",
    }))
    .sort((one, other) => other.revision - one.revision);

/** The command that retires them, plain enough to be copied. */
export const retireCommand = (
  { context, namespace }: RecordsPlace,
  records: readonly HelmRecord[],
): string =>
  [
    "kubectl",
    ...(context === undefined ? [] : ["--context", context]),
    ...["--namespace", namespace, "delete", "secret"],
    ...records.map(({ name }) => name),
  ].join(" ");

/** Why they have to go, for whoever still has the habit. */
export const whyRetire = ({ release }: RecordsPlace): string =>
  `helm uninstall ${release} would delete the running gateway, and helm upgrade and helm rollback would undo what this program has done`;
