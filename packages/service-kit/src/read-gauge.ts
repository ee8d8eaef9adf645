// Gauges that are asked when /metrics is read, and hold nothing themselves.

import { Gauge, type Registry } from 'prom-client'

/** Registers a gauge whose value is what `read` gives at the moment of reading. */
export function registerReadGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    }
  })
}
