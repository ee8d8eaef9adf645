// Detection: one rule's folds over all its scopes. Each scope is a track: incidents in event-time order, checkpoints of the fold, and what stands at
// the horizon. An incident at the end costs one step; a late one folds again from the checkpoint before it.

import { compareIncidents, type Incident } from './incident.ts'
import { type AnyPattern, evidenceMax, type Finding, resolveParameters } from './pattern.ts'
import type { RuleVersion } from './theatre-record.ts'

/** Incidents between two checkpoints at the end of a track. */
const checkpointEvery = 32
/**
 * Further back they stand this share of their distance from the end apart: an incident so late folds all that came after it anyway, and a long track keeps
 * some dozens of them instead of thousands.
 */
const checkpointShare = 1 / 8
/** So many checkpoints are thinned out. */
const checkpointsMax = 128
/** Of a track that is saved, checkpoints so far from its end go along, at most: each four times as far as the one before it. */
const savedFrom = 64

export interface Checkpoint {
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
  /** Left out where it is the state in which every track of the scope begins. */
  readonly base?: unknown
  /** Order key of the last incident that the base holds; null where it holds none. */
  readonly through: OrderKey | null
  /** States on the way, the end last: restored, nothing has to be folded again. */
  readonly states: readonly Checkpoint[]
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
  /** Findings that are equal to one that was there before, and which that is. */
  readonly #aliases = new WeakMap<Finding, Finding>()
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

  /** The states of all tracks; nothing in them changes afterwards. */
  snapshot(): TrackSnapshot[] {
    return [...this.#tracks].map(([scope, track]) => {
      const through = this.#through.get(scope) ?? null
      return { scope, ...(through === null ? {} : { base: track.base }), through, states: statesToSave(track) }
    })
  }

  /**
   * Puts a snapshot back: `incidents` are all that are present, in order of the fold. A track whose last state does not fit what is present is folded
   * anew from its base.
   */
  restore(tracks: readonly TrackSnapshot[], incidents: readonly Incident[]): void {
    for (const { scope, base, through } of tracks) {
      if (through !== null) this.#through.set(scope, through)
      this.#newTrack(scope, through === null ? this.pattern.initial(scope) : base)
    }
    for (const incident of incidents) {
      for (const scope of this.pattern.scopesOf(incident, this.#parameters)) {
        if (!this.#isInBase(scope, incident)) this.#insertInto(scope, incident)
      }
    }
    const states = new Map(tracks.map(track => [track.scope, track.states]))
    for (const [scope, track] of this.#tracks) {
      const saved = states.get(scope) ?? []
      const end = saved.at(-1)
      if (end?.count === track.items.length && end.count > 0) {
        track.checkpoints.push(...saved.slice(0, -1))
        track.end = end
      }
      this.#foldFrom(scope, track.items.length)
    }
    this.takeChange()
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
    if (track.checkpoints.length > checkpointsMax) track.checkpoints = thinnedOut(track.checkpoints, count)
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
    track.findings = this.#sameWhereEqual(before, this.pattern.findings(state, this.#horizonMs, this.#parameters))
    const [old, now] = [new Set(before), new Set(track.findings)]
    for (const finding of before) if (!now.has(finding)) this.#change.removed.push(finding)
    for (const finding of track.findings) if (!old.has(finding) && this.#isRetained(finding)) this.#change.added.push(finding)
    track.nextChangeMs = this.pattern.nextChangeMs(state, this.#horizonMs, this.#parameters)
    if (track.nextChangeMs === null) this.#timed.delete(scope)
    else this.#timed.add(scope)
  }

  /** A finding that did not change is the same object, from whatever checkpoint it was folded: whether an alert is looked at must not hang on that. */
  #sameWhereEqual(before: readonly Finding[], now: readonly Finding[]): readonly Finding[] {
    const old = new Set(before)
    const gone = new Map<string, Finding[]>()
    const fresh = new Set(now)
    for (const finding of before) {
      if (fresh.has(finding)) continue
      const same = gone.get(storyOf(finding))
      if (same) same.push(finding)
      else gone.set(storyOf(finding), [finding])
    }
    if (gone.size === 0) return now
    return now.map(finding => {
      if (old.has(finding)) return finding
      const alias = this.#aliases.get(finding)
      if (alias !== undefined && old.has(alias)) return alias
      const equal = gone.get(storyOf(finding))?.find(other => areEqual(other, finding))
      if (equal !== undefined) this.#aliases.set(finding, equal)
      return equal ?? finding
    })
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

/** The last states of a track: the end, and checkpoints ever further from it. */
function statesToSave({ checkpoints, end }: Track): Checkpoint[] {
  if (end.count === 0) return []
  const saved = [end]
  let distance = savedFrom
  for (const checkpoint of checkpoints.toReversed()) {
    if (checkpoint.count === 0 || end.count - checkpoint.count < distance) continue
    saved.push(checkpoint)
    distance = (end.count - checkpoint.count) * 4
  }
  return saved.reverse()
}

/** Checkpoints in order, those left out that stand closer than their distance from the end asks for. The first is the base. */
function thinnedOut(checkpoints: readonly Checkpoint[], end: number): Checkpoint[] {
  const kept: Checkpoint[] = []
  for (const checkpoint of checkpoints.slice(1).toReversed()) {
    const apart = (kept.at(-1)?.count ?? Number.POSITIVE_INFINITY) - checkpoint.count
    if (apart >= Math.max(checkpointEvery, (end - checkpoint.count) * checkpointShare)) kept.push(checkpoint)
  }
  return [checkpoints[0] as Checkpoint, ...kept.reverse()]
}

function storyOf(finding: Finding): string {
  return `${finding.fromMs}|${Object.values(finding.group).join('|')}`
}

/** Equal in all that can be seen, and standing on the very same incidents. */
function areEqual(a: Finding, b: Finding): boolean {
  const rest = ({ triggers: _t, support: _s, ...others }: Finding) => JSON.stringify(others)
  return areSame(a.triggers, b.triggers) && areSame(a.support, b.support) && rest(a) === rest(b)
}

function areSame(a: readonly Incident[], b: readonly Incident[]): boolean {
  return a.length === b.length && a.every((incident, i) => incident === b[i])
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
