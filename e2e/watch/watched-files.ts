// What Prometheus and Grafana read of this repository, and the queries in it.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { dashboards } from '../../infra/grafana/dashboards.ts'

export const rulesFile = fileURLToPath(
  new URL('../../infra/prometheus/rules/tocsin.yaml', import.meta.url)
)

export interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly annotations?: { readonly runbook: string }
}

export const rules = (
  parse(readFileSync(rulesFile, 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[]
  }
).groups.flatMap(group => group.rules)

/** Every query of a rule or a dashboard, with what Grafana would put into it. */
export const queries: readonly string[] = [
  ...rules.map(({ expr }) => expr),
  ...dashboards.flatMap(({ panels }) => panels.flatMap(panel => Object.values(panel.queries)))
].map(query => query.replaceAll('$__rate_interval', '1m').replaceAll('$subscription', 'any'))

/** Names of metrics of Tocsin and of its process in a query, as `# TYPE` has them or recorded. */
export function metricsIn(query: string): readonly string[] {
  return query.match(/\b(?:tocsin|process)[_:][a-z0-9_:]+/g) ?? []
}

/** Names of all series in an answer of /metrics. */
export function seriesIn(text: string): ReadonlySet<string> {
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  return new Set(
    families.flatMap(([, name, type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map(end => `${name}${end}`) : [name!]
    )
  )
}
