// Makes the metrics of a registry, those among them that are computed when /metrics is read.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export function metricsIn(registry: Registry) {
  const registers = [registry]
  return {
    counter: <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
      new Counter<Label>({ name, help, labelNames, registers }),
    histogram: <Label extends string = never>(
      name: string,
      help: string,
      buckets: number[],
      ...labelNames: Label[]
    ) => new Histogram<Label>({ name, help, buckets, labelNames, registers })
  }
}

type Read = () => number | Readonly<Record<string, number>>

/** Sets a metric at each scrape to what `read` computes: a number, or numbers by the one label. */
function collectFrom(read: Read, label = '') {
  return function collect(this: Gauge<string> | Counter<string>): void {
    this.reset()
    const found = read()
    if (typeof found === 'number') this.inc(found)
    else for (const [value, count] of Object.entries(found)) this.inc({ [label]: value }, count)
  }
}

/** Registers gauges by name: the help text of each, and what computes its value at each scrape. */
export function registerReadGauges<Name extends string>(
  registry: Registry,
  helps: Readonly<Record<Name, string>>,
  reads: Readonly<Record<NoInfer<Name>, () => number>>
): void {
  for (const name of Object.keys(helps) as Name[])
    registerReadGauge(registry, name, helps[name], reads[name])
}

/**
 * Registers a gauge whose value is computed by `read` at each scrape. `overThreads`: how the values
 * of several threads are combined.
 */
export function registerReadGauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => number,
  overThreads: 'sum' | 'max' = 'sum'
): void {
  const collect = collectFrom(read)
  new Gauge({ name, help, aggregator: overThreads, registers: [registry], collect })
}

/** The same with one label. Who calls it keeps its values few. */
export function registerReadGaugesBy<Name extends string>(
  registry: Registry,
  helps: Readonly<Record<Name, string>>,
  label: string,
  reads: Readonly<Record<NoInfer<Name>, () => Readonly<Record<string, number>>>>
): void {
  for (const name of Object.keys(helps) as Name[]) {
    const collect = collectFrom(reads[name], label)
    new Gauge({ name, help: helps[name], labelNames: [label], registers: [registry], collect })
  }
}

/** The same for a counter: no value may decrease while the process lives. */
export function registerReadCounter(
  registry: Registry,
  name: string,
  help: string,
  read: Read,
  ...labelNames: [] | [label: string]
): void {
  const collect = collectFrom(read, ...labelNames)
  new Counter({ name, help, labelNames, registers: [registry], collect })
}
