// Figures that are asked when /metrics is read, and hold nothing themselves.

import { Counter, Gauge, type Registry } from 'prom-client'

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

/** Registers a counter whose value is what `read` gives at the moment of reading: it must never fall while the process lives. */
export function registerReadCounter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(read())
    }
  })
}
