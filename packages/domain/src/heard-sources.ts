// The sources of one theatre: how each is set, how far each was heard, and the watermark that comes of both.

import type { SourceConfig } from './theatre-record.ts'
import {
  heardWith,
  nextSilenceMs,
  type SourceHeard,
  type SourceStanding,
  sourceSettings,
  stalledWatermarkOf,
  watermarkOf
} from './watermark.ts'

export interface HeardSourcesSnapshot {
  readonly sources: readonly SourceConfig[]
  readonly heard: readonly (readonly [string, SourceHeard])[]
  readonly watermarkMs: number | null
  readonly stalled: boolean
}

export class HeardSources {
  readonly #configs = new Map<string, SourceConfig>()
  readonly #heard = new Map<string, SourceHeard>()
  #watermarkMs: number | null = null
  #isStalled = true

  /** Where it stood when it was last moved; null before any source was live. */
  get watermarkMs(): number | null {
    return this.#watermarkMs
  }

  /** True while no source is live: the watermark stands where it last was, and nothing is confirmed. */
  get isStalled(): boolean {
    return this.#isStalled
  }

  get configs(): readonly SourceConfig[] {
    return [...this.#configs.values()]
  }

  settingsOf(id: string): Omit<SourceConfig, 'id'> {
    return sourceSettings(this.#configs.get(id))
  }

  /** True where reports of the source count otherwise than before. */
  set(config: SourceConfig): boolean {
    const before = this.settingsOf(config.id)
    this.#configs.set(config.id, config)
    return before.reliability !== config.reliability || before.archive !== config.archive
  }

  hear(id: string, occurredToMs: number, reportedAtMs: number): void {
    this.#heard.set(id, heardWith(this.#heard.get(id), occurredToMs, reportedAtMs))
  }

  /** Moves the watermark to where it stands at a tick; true where that is elsewhere than before. */
  moveWatermark(tickMs: number): boolean {
    const before = this.#watermarkMs
    const reached = watermarkOf(this.#standings(), tickMs)
    this.#isStalled = reached === null
    this.#watermarkMs = reached ?? stalledWatermarkOf([...this.#standings()])
    return this.#watermarkMs !== before
  }

  /** The moment after a tick at which a live source falls silent, the earliest of them; null = none. */
  nextSilenceMs(tickMs: number): number | null {
    return nextSilenceMs(this.#standings(), tickMs)
  }

  snapshot(): HeardSourcesSnapshot {
    return { sources: this.configs, heard: [...this.#heard], watermarkMs: this.#watermarkMs, stalled: this.#isStalled }
  }

  restore({ sources, heard, watermarkMs, stalled }: HeardSourcesSnapshot): void {
    for (const source of sources) this.#configs.set(source.id, source)
    for (const [id, one] of heard) this.#heard.set(id, one)
    this.#watermarkMs = watermarkMs
    this.#isStalled = stalled
  }

  *#standings(): Generator<SourceStanding> {
    for (const [id, heard] of this.#heard) yield { heard, config: this.settingsOf(id) }
  }
}
