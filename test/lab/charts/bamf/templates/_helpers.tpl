{{- define "bamf.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "bamf.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "bamf.selectorLabels" -}}
app.kubernetes.io/name: {{ include "bamf.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "bamf.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "bamf.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Name, labels and component of an object: dict "root", "component", and "name" where it is not the component. */}}
{{- define "bamf.metadata" -}}
name: {{ include "bamf.fullname" .root }}{{ with .name | default .component }}-{{ . }}{{ end }}
labels:
  {{- include "bamf.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Where the bridges are: `outpost` before v0.10.0, `edge` since. */}}
{{- define "bamf.word" -}}
{{- if hasKey .Values "outpost" }}outpost{{ else }}edge{{ end }}
{{- end }}

{{/* Reference of an image: dict "root", "image". */}}
{{- define "bamf.image" -}}
{{- with .root.Values.global.imageRegistry }}{{ . }}/{{ end }}{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "bamf.serviceAccountName" -}}
{{- if .Values.core.api.serviceAccount.create }}
{{- default (include "bamf.fullname" .) .Values.core.api.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.core.api.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* The password goes in as it is, and the external URL says sslmode=, which the product's driver does not know (T-20). */}}
{{- define "bamf.databaseUrl" -}}
{{- with .Values.core.postgresql -}}
{{- if .bundled.enabled -}}
postgresql+asyncpg://{{ .bundled.auth.username }}:$(DATABASE_PASSWORD)@{{ include "bamf.fullname" $ }}-postgresql:5432/{{ .bundled.auth.database }}?ssl=disable
{{- else if .external.enabled -}}
postgresql+asyncpg://{{ .external.username }}:$(DATABASE_PASSWORD)@{{ .external.host }}:{{ .external.port }}/{{ .external.database }}?sslmode={{ .external.sslmode }}
{{- else -}}
{{- fail "Either core.postgresql.bundled.enabled or core.postgresql.external.enabled must be true" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "bamf.databasePassword" -}}
{{- $postgresql := .Values.core.postgresql -}}
- name: DATABASE_PASSWORD
  valueFrom:
    secretKeyRef:
      {{- if $postgresql.bundled.enabled }}
      name: {{ include "bamf.fullname" . }}-postgresql
      key: password
      {{- else }}
      name: {{ $postgresql.external.existingSecret | default (printf "%s-database-credentials" (include "bamf.fullname" .)) }}
      key: {{ $postgresql.external.existingSecretKey | default "password" }}
      {{- end }}
{{- end }}

{{- define "bamf.redisUrl" -}}
{{- if .Values.core.redis.bundled.enabled -}}
redis://{{ include "bamf.fullname" . }}-redis:6379
{{- else if .Values.core.redis.external.enabled -}}
redis://{{ .Values.core.redis.external.host }}:{{ .Values.core.redis.external.port }}
{{- else -}}
{{- fail "Either core.redis.bundled.enabled or core.redis.external.enabled must be true" -}}
{{- end -}}
{{- end }}

{{- define "bamf.tunnelDomain" -}}
{{- $place := get .Values (include "bamf.word" .) -}}
{{- with $place.name }}{{ . }}.{{ end }}{{ .Values.gateway.tunnelDomain }}
{{- end }}

{{- define "bamf.validate" -}}
{{- $place := get .Values (include "bamf.word" .) -}}
{{- with .Values.core -}}
{{- if and .enabled .postgresql.bundled.enabled .postgresql.external.enabled -}}
{{- fail "Cannot enable both core.postgresql.bundled and core.postgresql.external" -}}
{{- end -}}
{{- if and .enabled .redis.bundled.enabled .redis.external.enabled -}}
{{- fail "Cannot enable both core.redis.bundled and core.redis.external" -}}
{{- end -}}
{{- end -}}
{{- if and $place.enabled (not (regexMatch "^[a-z][a-z0-9-]*$" $place.name)) -}}
{{- fail (printf "%s.name must match [a-z][a-z0-9-]* (DNS label)" (include "bamf.word" .)) -}}
{{- end -}}
{{- end }}

{{/* What every pod may be given: dict "root", "with". */}}
{{- define "bamf.pod" -}}
{{- with .root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $key := list "podSecurityContext" "nodeSelector" "affinity" "tolerations" "topologySpreadConstraints" "priorityClassName" }}
{{- with get $.with $key }}
{{ $key | replace "podSecurityContext" "securityContext" }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* A pause before the end signal, by a shell (T-38). */}}
{{- define "bamf.preStop" -}}
{{- if gt (int .) 0 }}
lifecycle:
  preStop:
    exec:
      command: [/bin/sh, -c, sleep {{ . }}]
{{- end }}
{{- end }}

{{/* dict "path", "port", "live" (delay, period), "ready" (delay, period). */}}
{{- define "bamf.probes" -}}
livenessProbe:
  httpGet: { path: {{ index .paths 0 }}, port: {{ .port }} }
  initialDelaySeconds: {{ index .live 0 }}
  periodSeconds: {{ index .live 1 }}
readinessProbe:
  httpGet: { path: {{ index .paths 1 }}, port: {{ .port }} }
  initialDelaySeconds: {{ index .ready 0 }}
  periodSeconds: {{ index .ready 1 }}
{{- end }}

{{/* dict "root", "component", "kind", "with": the autoscaling of a workload. */}}
{{- define "bamf.hpa" -}}
{{- if .with.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "bamf.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: {{ .kind }}
    name: {{ include "bamf.fullname" .root }}-{{ .component }}
  minReplicas: {{ .with.minReplicas }}
  maxReplicas: {{ .with.maxReplicas }}
  metrics:
    {{- range $resource, $key := dict "cpu" "targetCPUUtilizationPercentage" "memory" "targetMemoryUtilizationPercentage" }}
    {{- with get $.with $key }}
    - type: Resource
      resource:
        name: {{ $resource }}
        target: { type: Utilization, averageUtilization: {{ . }} }
    {{- end }}
    {{- end }}
    {{- with .with.targetTunnelsPerPod }}
    - type: Pods
      pods:
        metric:
          name: bamf_{{ $.component }}_active_tunnels
        target: { type: AverageValue, averageValue: {{ . | quote }} }
    {{- end }}
{{- end }}
{{- end }}

{{/* dict "root", "component", "with", "field": the disruption budget of a workload. */}}
{{- define "bamf.pdb" -}}
{{- if .with.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "bamf.metadata" . | nindent 2 }}
spec:
  {{ .field }}: {{ get .with .field }}
  selector:
    matchLabels:
      {{- include "bamf.selectorLabels" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
{{- end }}
{{- end }}
