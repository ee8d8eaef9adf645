// Histograms with the trace of a recent value beside each bucket. Only the format OpenMetrics has
// room for that. prom-client renames counters for good when it writes OpenMetrics, so the text of
// the other metrics is converted here. Source: OpenMetrics 1.0, "Exemplars".

import { Histogram, Registry } from 'prom-client'
import { activeTracing } from './tracing.ts'

export const openMetricsType = Registry.OPENMETRICS_CONTENT_TYPE
type OpenRegistry = Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>

/** By the registry of a process, that of its histograms with traces. */
const openRegistries = new WeakMap<Registry, OpenRegistry>()

export function makeTracedHistogram<Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  buckets: number[],
  ...labelNames: Label[]
): Histogram<Label> {
  const open: OpenRegistry = openRegistries.get(registry) ?? new Registry()
  open.setContentType(openMetricsType)
  openRegistries.set(registry, open)
  const registers = [open]
  const histogram = new Histogram<Label>({
    ...{ name, help, buckets, labelNames, registers },
    enableExemplars: true
  })
  registry.registerMetric(histogram)
  return histogram
}

/** Counts a value; while traces are on, with the trace of its record. */
export function observeTraced<Label extends string>(
  histogram: Histogram<Label>,
  labels: Partial<Record<Label, string | number>>,
  value: number,
  traceparent: string | undefined
): void {
  const traceId = activeTracing() === null ? undefined : traceparent?.split('-')[1]
  const exemplarLabels = (traceId === undefined ? {} : { trace_id: traceId }) as typeof labels
  histogram.observe({ labels, value, exemplarLabels })
}

/** `text`: the metrics of the registry and others in the Prometheus text format. */
export async function formatOpenMetrics(registry: Registry, text: string): Promise<string> {
  const open = openRegistries.get(registry)
  const traced = open === undefined ? '' : (await open.metrics()).replace(/# EOF\n$/, '')
  const names = new Set(open?.getMetricsAsArray().map(({ name }) => name))
  const blocks = text.split(/^(?=# HELP )/m).filter(block => !names.has(readName(block)))
  const plain = blocks.map(block => convertCounter(block)).join('')
  return `${`${plain}\n${traced}`.replace(/\n{2,}/g, '\n').replace(/^\n/, '')}# EOF\n`
}

function readName(block: string): string {
  return /^# HELP (\S+)/.exec(block)?.[1] ?? ''
}

/** A counter is named without the ending that its samples have. */
function convertCounter(block: string): string {
  const name = readName(block)
  if (!block.includes(`# TYPE ${name} counter\n`)) return block
  const family = name.replace(/_total$/, '')
  const type = name === family ? 'unknown' : 'counter'
  return block
    .replace(`# HELP ${name} `, `# HELP ${family} `)
    .replace(`# TYPE ${name} counter\n`, `# TYPE ${family} ${type}\n`)
}
