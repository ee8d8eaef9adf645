// The sources of one theatre: settings, the latest event time heard from each, and the watermarks:
// one over all reports, and one per handling level over the reports visible there. An open alert's
// completion must not reveal hidden reports (decision 0033).

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
  isStalled = true

  constructor(level: Handling) {
    this.level = level
  }

  /** Moves the watermark to its position at a tick; true if it has changed. */
  moveTo(tickMs: number): boolean {
    const beforeMs = this.watermarkMs
    const reachedMs = this.watermark.at(tickMs)
    this.isStalled = reachedMs === null
    this.watermarkMs = reachedMs ?? this.watermark.stalledMs
    return this.watermarkMs !== beforeMs
  }
}

/** The furthest watermark, and that of each level, as they stood at some moment. */
interface Watermarks {
  readonly watermarkMs: number | null
  readonly watermarkAt: (level: Handling) => number | null
}

export class HeardSources {
  readonly #configs = new Map<string, SourceConfig>()
  readonly #all = new SeenSources('restricted')
  /** Of all levels: the last one sees all. */
  readonly #seen: readonly SeenSources[] = handlings.map(level =>
    level === 'restricted' ? this.#all : new SeenSources(level)
  )
  /** As they stand; null: not asked for since one has moved. */
  #watermarks: Watermarks | null = null

  /** Where it stood when it was last moved; null before any source was live. */
  get watermarkMs(): number | null {
    return this.#all.watermarkMs
  }

  /** That of the reports that readers of a level may see. */
  watermarkAt(level: Handling): number | null {
    return this.watermarks.watermarkAt(level)
  }

  /**
   * For decisions about alerts of several levels: the furthest watermark, and that of each level,
   * as they stand now.
   */
  get watermarks(): Watermarks {
    this.#watermarks ??= watermarksOf(this.#seen)
    return this.#watermarks
  }

  /**
   * True while no source is live: the watermark stands where it last was, and nothing is confirmed.
   */
  get isStalled(): boolean {
    return this.#all.isStalled
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
    for (const { watermark, heard } of this.#seen)
      this.#put(watermark, config.id, heard.get(config.id))
    return before.reliability !== config.reliability || before.archive !== config.archive
  }

  hear(id: string, occurredToMs: number, reportedAtMs: number, handling: Handling): void {
    for (let i = 0; i < this.#seen.length; i++) {
      const seen = this.#seen[i] as SeenSources
      if (maySee(seen.level, handling)) this.#hear(seen, id, occurredToMs, reportedAtMs)
    }
  }

  #hear(
    { heard, watermark }: SeenSources,
    id: string,
    occurredToMs: number,
    reportedAtMs: number
  ): void {
    const before = heard.get(id)
    if (
      before !== undefined &&
      occurredToMs <= before.latestOccurredMs &&
      reportedAtMs <= before.greatestReportedAtMs
    )
      return
    const now = heardWith(before, occurredToMs, reportedAtMs)
    heard.set(id, now)
    this.#put(watermark, id, now)
  }

  #put(watermark: Watermark, id: string, heard: SourceHeard | undefined): void {
    if (heard !== undefined) watermark.put(id, { heard, config: this.settingsOf(id) })
  }

  /** Moves the watermarks to their position at a tick; true if one has changed. */
  moveWatermark(tickMs: number): boolean {
    let isMoved = false
    for (let i = 0; i < this.#seen.length; i++)
      if ((this.#seen[i] as SeenSources).moveTo(tickMs)) isMoved = true
    if (isMoved) this.#watermarks = null
    return isMoved
  }

  /**
   * The moment after a tick at which a live source falls silent, the earliest of them; null = none.
   */
  nextSilenceMs(tickMs: number): number | null {
    return this.#all.watermark.nextSilenceMs(tickMs)
  }

  snapshot(): HeardSourcesSnapshot {
    const { heard, watermarkMs, isStalled } = this.#all
    return {
      sources: this.configs,
      heard: [...heard],
      watermarkMs,
      stalled: isStalled,
      seen: this.#seen
        .filter(seen => seen !== this.#all)
        .map(({ level, heard, watermarkMs }) => ({ level, heard: [...heard], watermarkMs }))
    }
  }

  restore({ sources, stalled, seen, ...all }: HeardSourcesSnapshot): void {
    for (const source of sources) this.#configs.set(source.id, source)
    this.#all.isStalled = stalled
    for (const each of this.#seen) {
      const known = each === this.#all ? all : seen.find(({ level }) => level === each.level)
      for (const [id, one] of known?.heard ?? []) {
        each.heard.set(id, one)
        this.#put(each.watermark, id, one)
      }
      each.watermarkMs = known?.watermarkMs ?? null
    }
    this.#watermarks = null
  }
}

function watermarksOf(seen: readonly SeenSources[]): Watermarks {
  const levels = new Map(seen.map(({ level, watermarkMs }) => [level, watermarkMs]))
  const known = [...levels.values()].filter(ms => ms !== null)
  return {
    watermarkMs: known.length === 0 ? null : Math.max(...known),
    watermarkAt: level => levels.get(level) ?? null
  }
}
