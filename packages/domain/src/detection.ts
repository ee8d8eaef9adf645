// Detection: one rule's folds over all its scopes. Each scope is a track: incidents in event-time order, checkpoints of the fold, and what stands at
// the horizon. An incident at the end costs one step; a late one folds again from the checkpoint before it.

import { compareIncidents, compareText, type Incident } from './incident.ts'
import { type AnyPattern, evidenceMax, type Finding, resolveParameters } from './pattern.ts'
import type { RuleVersion } from './theatre-record.ts'

/** Incidents between two checkpoints. */
const checkpointEvery = 32

interface Checkpoint {
  readonly count: number
  readonly state: unknown
}

interface Track {
  base: unknown
  /** In order of the fold; all that came before them is in the base. */
  items: Incident[]
  checkpoints: Checkpoint[]
  end: Checkpoint
  findings: readonly Finding[]
  nextChangeMs: number | null
}

/** Findings that went and came. */
export interface FindingChange {
  readonly removed: readonly Finding[]
  readonly added: readonly Finding[]
}

export interface TrackSnapshot {
  readonly scope: string
  readonly base: unknown
  /** Order key of the last incident that the base holds. */
  readonly through: OrderKey
}

export interface OrderKey {
  readonly fromMs: number
  readonly toMs: number
  readonly id: string
}

export class RuleDetection {
  readonly rule: RuleVersion
  readonly pattern: AnyPattern
  readonly #parameters: Readonly<Record<string, unknown>>
  readonly #tracks = new Map<string, Track>()
  readonly #through = new Map<string, OrderKey>()
  readonly #timed = new Set<string>()
  #change: { removed: Finding[]; added: Finding[] } = { removed: [], added: [] }
  #horizonMs: number
  #boundaryMs: number

  constructor(rule: RuleVersion, pattern: AnyPattern, horizonMs: number, boundaryMs: number) {
    this.rule = rule
    this.pattern = pattern
    this.#parameters = resolveParameters(pattern, rule.parameters)
    this.#horizonMs = horizonMs
    this.#boundaryMs = boundaryMs
  }

  /** All that stands, without what ended before the boundary. */
  get findings(): Finding[] {
    return [...this.#tracks.values()].flatMap(track => track.findings.filter(f => this.#isRetained(f)))
  }

  /** What has gone and come since this was last asked. A finding that did not change is the same object. */
  takeChange(): FindingChange {
    const change = this.#change
    this.#change = { removed: [], added: [] }
    return change
  }

  /** Takes incidents out and in. */
  apply(removed: readonly Incident[], added: readonly Incident[]): void {
    const lowest = new Map<string, number>()
    const touch = (scope: string, index: number) => lowest.set(scope, Math.min(index, lowest.get(scope) ?? index))
    for (const incident of removed) {
      for (const scope of this.pattern.scopesOf(incident, this.#parameters)) {
        const index = this.#removeFrom(scope, incident)
        if (index !== null) touch(scope, index)
      }
    }
    for (const incident of added) {
      for (const scope of this.pattern.scopesOf(incident, this.#parameters)) {
        if (!this.#isInBase(scope, incident)) touch(scope, this.#insertInto(scope, incident))
      }
    }
    for (const [scope, index] of lowest) this.#foldFrom(scope, index)
  }

  /** Moves the horizon: windows close, ages are reached. */
  advance(horizonMs: number): void {
    this.#horizonMs = horizonMs
    for (const scope of this.#timed) {
      const track = this.#tracks.get(scope) as Track
      if (track.nextChangeMs !== null && track.nextChangeMs <= horizonMs) this.#evaluate(scope, track)
    }
  }

  /** The next moment at which `advance` would change something; null = never. */
  nextChangeMs(): number | null {
    let next: number | null = null
    for (const scope of this.#timed) {
      const ms = this.#tracks.get(scope)?.nextChangeMs ?? null
      if (ms !== null && (next === null || ms < next)) next = ms
    }
    return next
  }

  /**
   * Folds what ended before the boundary into the base. What an open episode rests on stays, up to the limit on evidence; so does what a
   * kept incident comes before. Findings that ended before the boundary are forgotten.
   */
  trim(boundaryMs: number, incidents: readonly Incident[]): void {
    this.#boundaryMs = boundaryMs
    const scopes = new Set(incidents.flatMap(i => this.pattern.scopesOf(i, this.#parameters)))
    for (const scope of scopes) {
      const track = this.#tracks.get(scope)
      if (track) this.#trimTrack(scope, track)
    }
  }

  /** True while some track still folds this incident, so that it can still be withdrawn. */
  holds(incident: Incident): boolean {
    return this.pattern.scopesOf(incident, this.#parameters).some(scope => {
      const items = this.#tracks.get(scope)?.items ?? []
      return items[lowerBound(items, incident)]?.id === incident.id
    })
  }

  snapshot(): TrackSnapshot[] {
    return [...this.#through]
      .sort((a, b) => compareText(a[0], b[0]))
      .map(([scope, through]) => ({ scope, base: this.#tracks.get(scope)?.base, through }))
  }

  /** Puts the bases of a snapshot back, before any incident is applied. */
  restore(tracks: readonly TrackSnapshot[]): void {
    for (const { scope, base, through } of tracks) {
      this.#through.set(scope, through)
      this.#foldFrom(scope, 0, this.#newTrack(scope, base))
    }
  }

  #newTrack(scope: string, base: unknown): Track {
    const start = { count: 0, state: base }
    const track: Track = { base, items: [], checkpoints: [start], end: start, findings: [], nextChangeMs: null }
    this.#tracks.set(scope, track)
    return track
  }

  #isInBase(scope: string, incident: Incident): boolean {
    const through = this.#through.get(scope)
    return through !== undefined && incident.toMs < this.#boundaryMs && compareKeys(incident, through) <= 0
  }

  #insertInto(scope: string, incident: Incident): number {
    const track = this.#tracks.get(scope) ?? this.#newTrack(scope, this.pattern.initial(scope))
    const index = lowerBound(track.items, incident)
    track.items.splice(index, 0, incident)
    return index
  }

  #removeFrom(scope: string, incident: Incident): number | null {
    const track = this.#tracks.get(scope)
    if (!track) return null
    const index = lowerBound(track.items, incident)
    if (track.items[index]?.id !== incident.id) return null
    track.items.splice(index, 1)
    return index
  }

  #foldFrom(scope: string, index: number, track = this.#tracks.get(scope) as Track): void {
    while ((track.checkpoints.at(-1) as Checkpoint).count > index) track.checkpoints.pop()
    const start = track.end.count <= index ? track.end : (track.checkpoints.at(-1) as Checkpoint)
    let { count, state } = start
    for (; count < track.items.length; ) {
      state = this.pattern.step(state, track.items[count] as Incident, this.#parameters)
      count += 1
      if (count % checkpointEvery === 0 && count > (track.checkpoints.at(-1) as Checkpoint).count)
        track.checkpoints.push({ count, state })
    }
    track.end = { count, state }
    if (track.items.length === 0 && !this.#through.has(scope)) this.#drop(scope, track)
    else this.#evaluate(scope, track)
  }

  #drop(scope: string, track: Track): void {
    this.#change.removed.push(...track.findings)
    this.#tracks.delete(scope)
    this.#timed.delete(scope)
  }

  #isRetained(finding: Finding): boolean {
    return finding.toMs === null || finding.toMs >= this.#boundaryMs
  }

  #evaluate(scope: string, track: Track): void {
    const { state } = track.end
    const before = track.findings
    track.findings = this.pattern.findings(state, this.#horizonMs, this.#parameters)
    const [old, now] = [new Set(before), new Set(track.findings)]
    for (const finding of before) if (!now.has(finding)) this.#change.removed.push(finding)
    for (const finding of track.findings) if (!old.has(finding) && this.#isRetained(finding)) this.#change.added.push(finding)
    track.nextChangeMs = this.pattern.nextChangeMs(state, this.#horizonMs, this.#parameters)
    if (track.nextChangeMs === null) this.#timed.delete(scope)
    else this.#timed.add(scope)
  }

  #trimTrack(scope: string, track: Track): void {
    let count = 0
    while (count < track.items.length && (track.items[count] as Incident).toMs < this.#boundaryMs) count += 1
    // Beyond the limit on evidence the oldest can no longer be withdrawn: they are counts from here on.
    const cut = Math.min(count, Math.max(this.#firstHeld(track), count - evidenceMax))
    const forget = (state: unknown) => this.pattern.forget(state, this.#boundaryMs)
    if (cut > 0) this.#intoBase(scope, track, cut)
    track.base = forget(track.base)
    const later = track.checkpoints.filter(c => c.count > cut).map(c => ({ count: c.count - cut, state: forget(c.state) }))
    track.checkpoints = [{ count: 0, state: track.base }, ...later]
    track.end =
      track.items.length === 0
        ? { count: 0, state: track.base }
        : { count: track.end.count - cut, state: forget(track.end.state) }
    // A base that says nothing is none: scopes that went quiet cost nothing.
    if (track.items.length > 0 || JSON.stringify(track.base) !== JSON.stringify(this.pattern.initial(scope))) return
    this.#through.delete(scope)
    this.#tracks.delete(scope)
    this.#timed.delete(scope)
  }

  #intoBase(scope: string, track: Track, cut: number): void {
    for (let i = 0; i < cut; i++) track.base = this.pattern.step(track.base, track.items[i] as Incident, this.#parameters)
    const { fromMs, toMs, id } = track.items[cut - 1] as Incident
    const before = this.#through.get(scope)
    const reached = { fromMs, toMs, id }
    this.#through.set(scope, before && compareKeys(before, reached) > 0 ? before : reached)
    track.items.splice(0, cut)
  }

  /** Index of the first incident that a finding which may still change rests on. */
  #firstHeld(track: Track): number {
    const evidence = new Set(
      track.findings.filter(f => this.#isRetained(f)).flatMap(f => [...f.triggers, ...f.support].map(i => i.id))
    )
    const index = track.items.findIndex(i => evidence.has(i.id))
    return index === -1 ? Number.POSITIVE_INFINITY : index
  }
}

function compareKeys(a: OrderKey, b: OrderKey): number {
  return a.fromMs - b.fromMs || a.toMs - b.toMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

function lowerBound(items: readonly Incident[], incident: Incident): number {
  // Most incidents come last.
  const last = items.at(-1)
  if (!last || compareIncidents(last, incident) < 0) return items.length
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareIncidents(items[middle] as Incident, incident) < 0) low = middle + 1
    else high = middle
  }
  return low
}
