{{- define "config" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "full" . }}
  labels: {{- include "labels" . | nindent 4 }}
data:
  {{- range $key, $value := .Values.config }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
{{- end }}

{{- define "secret" -}}
{{- if not .Values.secrets.existingSecret -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "full" . }}
  labels: {{- include "labels" . | nindent 4 }}
type: Opaque
data:
  {{- range $key, $value := .Values.secrets.values }}
  {{- with $value }}
  {{ $key }}: {{ . | b64enc }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Where every pod of the release has its environment from. */}}
{{- define "envFrom" -}}
- configMapRef: { name: {{ include "full" . }} }
- secretRef: { name: {{ .Values.secrets.existingSecret | default (include "full" .) }} }
{{- end }}
