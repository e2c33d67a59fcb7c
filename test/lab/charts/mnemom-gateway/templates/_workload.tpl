{{- /* A Deployment of the gateway's image. Takes root, component, role, resources and replicas (nil: none set).
There is no preStop, no grace period and no writable folder, as in the chart that this one stands in for. */}}
{{- define "workload" -}}
{{- $values := .root.Values }}
{{- $isGateway := eq .component "gateway" }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "full" .root }}-{{ .component }}
  labels:
    {{- include "labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  {{- if not (kindIs "invalid" .replicas) }}
  replicas: {{ .replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  template:
    metadata:
      annotations:
        checksum/config: {{ include "config" .root | sha256sum }}
        checksum/secret: {{ include "secret" .root | sha256sum }}
      labels:
        {{- include "labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .component }}
    spec:
      serviceAccountName: {{ include "account" .root }}
      securityContext: {{- toYaml $values.podSecurityContext | nindent 8 }}
      {{- if and $isGateway $values.migration.enabled }}
      initContainers:
        # Waits for nothing, whatever its name says.
        - name: wait-for-migration
          image: {{ include "image" .root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          command: [sh, -c, echo 'The migration hook is trusted to have run.']
          securityContext: {{- toYaml $values.containerSecurityContext | nindent 12 }}
          resources:
            requests: { cpu: 10m, memory: 32Mi }
            limits: { cpu: 50m, memory: 64Mi }
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ include "image" .root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          ports:
            - { name: http, containerPort: 8787, protocol: TCP }
          envFrom: {{- include "envFrom" .root | nindent 12 }}
          env:
            - { name: SMOLTBOT_ROLE, value: {{ .role }} }
          {{- range $kind, $probe := $values.probes }}
          {{ $kind }}Probe:
            httpGet: { path: {{ $probe.path }}, port: http }
            {{- toYaml (omit $probe "path") | nindent 12 }}
          {{- end }}
          resources: {{- toYaml .resources | nindent 12 }}
          securityContext: {{- toYaml $values.containerSecurityContext | nindent 12 }}
      {{- if $isGateway }}
      {{- with $values.topologySpreadConstraints }}
      topologySpreadConstraints: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- include "placement" .root | nindent 6 }}
      {{- with $values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}

{{- define "placement" -}}
{{- range $key := list "imagePullSecrets" "nodeSelector" "tolerations" }}
{{- with index $.Values $key }}
{{ $key }}: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
