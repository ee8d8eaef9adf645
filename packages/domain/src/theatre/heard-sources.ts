// The sources of one theatre: settings, the latest event time heard from each, and the watermarks: one over all reports, and one
// per handling level over the reports visible there. An open alert's completion must not reveal hidden reports (decision 0033).

import type { SourceConfig } from '../record/theatre-record.ts'
import { type Handling, handlings, maySee } from '../report/handling.ts'
import { heardWith, type SourceHeard, sourceSettings, Watermark } from './watermark.ts'

export interface HeardSourcesSnapshot {
  readonly sources: readonly SourceConfig[]
  readonly heard: readonly (readonly [string, SourceHeard])[]
  readonly watermarkMs: number | null
  readonly stalled: boolean
  readonly seen: readonly SeenSourcesSnapshot[]
}

interface SeenSourcesSnapshot {
  readonly level: Handling
  readonly heard: readonly (readonly [string, SourceHeard])[]
  readonly watermarkMs: number | null
}

/** The sources as heard by readers of one level. */
class SeenSources {
  readonly level: Handling
  readonly heard = new Map<string, SourceHeard>()
  readonly watermark = new Watermark()
  watermarkMs: number | null = null

  constructor(level: Handling) {
    this.level = level
  }
}

export class HeardSources {
  readonly #configs = new Map<string, SourceConfig>()
  readonly #heard = new Map<string, SourceHeard>()
  /** Of the levels that do not see all. */
  readonly #seen: readonly SeenSources[] = handlings.filter(level => level !== 'restricted').map(level => new SeenSources(level))
  #watermarkMs: number | null = null
  readonly #watermark = new Watermark()
  #isStalled = true

  /** Where it stood when it was last moved; null before any source was live. */
  get watermarkMs(): number | null {
    return this.#watermarkMs
  }

  /** That of the reports that readers of a level may see. */
  watermarkAt(level: Handling): number | null {
    const seen = this.#seen.find(each => each.level === level)
    return seen === undefined ? this.#watermarkMs : seen.watermarkMs
  }

  /** For decisions about alerts of several levels: the furthest watermark, and that of each level, as they stand now. */
  get watermarks(): { readonly watermarkMs: number | null; readonly watermarkAt: (level: Handling) => number | null } {
    let furthest = this.#watermarkMs
    for (const { watermarkMs } of this.#seen)
      if (watermarkMs !== null && (furthest === null || watermarkMs > furthest)) furthest = watermarkMs
    const [all, each] = [this.#watermarkMs, this.#seen.map(({ watermarkMs }) => watermarkMs)]
    const standing = (level: Handling) => {
      const at = this.#seen.findIndex(seen => seen.level === level)
      return at === -1 ? all : (each[at] as number | null)
    }
    return { watermarkMs: furthest, watermarkAt: standing }
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

  /** True if the source's reports are graded differently now. */
  set(config: SourceConfig): boolean {
    const before = this.settingsOf(config.id)
    this.#configs.set(config.id, config)
    this.#put(this.#watermark, config.id, this.#heard.get(config.id))
    for (const { watermark, heard } of this.#seen) this.#put(watermark, config.id, heard.get(config.id))
    return before.reliability !== config.reliability || before.archive !== config.archive
  }

  hear(id: string, occurredToMs: number, reportedAtMs: number, handling: Handling): void {
    this.#hear({ heard: this.#heard, watermark: this.#watermark }, id, occurredToMs, reportedAtMs)
    for (const seen of this.#seen) if (maySee(seen.level, handling)) this.#hear(seen, id, occurredToMs, reportedAtMs)
  }

  #hear(
    { heard, watermark }: Pick<SeenSources, 'heard' | 'watermark'>,
    id: string,
    occurredToMs: number,
    reportedAtMs: number
  ): void {
    const before = heard.get(id)
    if (before !== undefined && occurredToMs <= before.latestOccurredMs && reportedAtMs <= before.greatestReportedAtMs) return
    const now = heardWith(before, occurredToMs, reportedAtMs)
    heard.set(id, now)
    this.#put(watermark, id, now)
  }

  #put(watermark: Watermark, id: string, heard: SourceHeard | undefined): void {
    if (heard !== undefined) watermark.put(id, { heard, config: this.settingsOf(id) })
  }

  /** Moves the watermarks to their position at a tick; true if one has changed. */
  moveWatermark(tickMs: number): boolean {
    const before = this.#watermarkMs
    const reached = this.#watermark.at(tickMs)
    this.#isStalled = reached === null
    this.#watermarkMs = reached ?? this.#watermark.stalledMs
    let isMoved = this.#watermarkMs !== before
    for (const seen of this.#seen) {
      const was = seen.watermarkMs
      seen.watermarkMs = seen.watermark.at(tickMs) ?? seen.watermark.stalledMs
      isMoved ||= seen.watermarkMs !== was
    }
    return isMoved
  }

  /** The moment after a tick at which a live source falls silent, the earliest of them; null = none. */
  nextSilenceMs(tickMs: number): number | null {
    return this.#watermark.nextSilenceMs(tickMs)
  }

  snapshot(): HeardSourcesSnapshot {
    return {
      sources: this.configs,
      heard: [...this.#heard],
      watermarkMs: this.#watermarkMs,
      stalled: this.#isStalled,
      seen: this.#seen.map(({ level, heard, watermarkMs }) => ({ level, heard: [...heard], watermarkMs }))
    }
  }

  restore({ sources, heard, watermarkMs, stalled, seen }: HeardSourcesSnapshot): void {
    for (const source of sources) this.#configs.set(source.id, source)
    for (const [id, one] of heard) {
      this.#heard.set(id, one)
      this.#put(this.#watermark, id, one)
    }
    this.#watermarkMs = watermarkMs
    this.#isStalled = stalled
    for (const each of this.#seen) {
      const known = seen.find(({ level }) => level === each.level)
      for (const [id, one] of known?.heard ?? []) {
        each.heard.set(id, one)
        this.#put(each.watermark, id, one)
      }
      each.watermarkMs = known?.watermarkMs ?? null
    }
  }
}
