{{- define "tocsin.name" -}}
{{- if contains "tocsin" .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-tocsin{{ end }}
{{- end }}

{{- define "tocsin.labels" -}}
app.kubernetes.io/name: tocsin
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "tocsin.selector" -}}
app.kubernetes.io/name: tocsin
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* The services that run: all in one, or three. */}}
{{- define "tocsin.roles" -}}
{{- if eq .Values.log "embedded" }}up{{ else }}intake rules notifier{{ end }}
{{- end }}

{{- /* The environment of every container; `secret` is that of the Kafka user. */}}
{{- define "tocsin.environment" -}}
{{- $name := include "tocsin.name" .root -}}
{{- $values := .root.Values -}}
{{- $hosts := list -}}
{{- range splitList " " (include "tocsin.roles" .root) }}
{{- $hosts = append $hosts (printf "%s-%s" $name .) }}
{{- $hosts = append $hosts (printf "%s-%s.%s.svc" $name . $.root.Release.Namespace) }}
{{- end }}
{{- if $values.ingress.host }}{{ $hosts = append $hosts $values.ingress.host }}{{ end -}}
env:
  - { name: TOCSIN_LOG, value: {{ $values.log }} }
  - { name: TOCSIN_ALLOWED_HOSTS, value: {{ join "," $hosts | quote }} }
  - { name: TOCSIN_DRAIN_MS, value: "10000" }
  {{- if $values.publicUrl }}
  - { name: TOCSIN_PUBLIC_URL, value: {{ $values.publicUrl | quote }} }
  {{- end }}
  {{- if eq $values.log "embedded" }}
  - { name: TOCSIN_DATA_GROUP_MAY_ENTER, value: "true" }
  {{- else }}
  {{- with $values.kafka }}
  - { name: TOCSIN_BROKERS, value: {{ join "," .brokers | quote }} }
  - { name: TOCSIN_KAFKA_PREFIX, value: {{ .prefix | quote }} }
  - { name: TOCSIN_PARTITIONS, value: {{ .partitions | quote }} }
  - { name: TOCSIN_KAFKA_SSL, value: {{ .ssl | quote }} }
  - { name: TOCSIN_KAFKA_SASL, value: {{ .sasl }} }
  - { name: TOCSIN_KAFKA_CREATE_TOPICS, value: {{ not .topicsJob.enabled | quote }} }
  {{- if .caSecret }}
  - { name: TOCSIN_KAFKA_CA_FILE, value: /run/kafka/ca.crt }
  {{- end }}
  {{- if .tokenCommand }}
  - { name: TOCSIN_KAFKA_TOKEN_COMMAND, value: {{ .tokenCommand | quote }} }
  {{- end }}
  {{- end }}
  {{- end }}
  {{- range $variable, $value := $values.settings }}
  - { name: {{ $variable }}, value: {{ $value | quote }} }
  {{- end }}
envFrom:
  - secretRef: { name: {{ required "existingSecret: name a Secret with TOCSIN_MASTER_KEY and TOCSIN_OWNER_KEY" $values.existingSecret }} }
  {{- if and (eq $values.log "kafka") .secret }}
  - secretRef: { name: {{ .secret }} }
  {{- end }}
{{- end }}

{{- define "tocsin.container" -}}
image: {{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "tocsin.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "tocsin.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if and (eq .Values.log "kafka") .Values.kafka.caSecret }}
- { name: kafka-ca, mountPath: /run/kafka, readOnly: true }
{{- end }}
{{- end }}

{{- define "tocsin.volumes" -}}
- { name: tmp, emptyDir: {} }
{{- if and (eq .Values.log "kafka") .Values.kafka.caSecret }}
- { name: kafka-ca, secret: { secretName: {{ .Values.kafka.caSecret }} } }
{{- end }}
{{- end }}
