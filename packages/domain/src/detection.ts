// Detection: one rule's folds over all its scopes. Each scope is a track: incidents in event-time order, checkpoints of the fold, and what stands at
// the horizon. An incident at the end costs one step; a late one folds again from the checkpoint before it.

import type { Severity } from './alert.ts'
import { type Checkpoint, checkpointsMax, statesToSave, thinnedOut } from './checkpoints.ts'
import { dayMs } from './event-time.ts'
import { type FindingChange, FindingContinuity } from './finding-continuity.ts'
import { compareIncidents, type Incident } from './incident.ts'
import { earliestEndOf } from './incident-list.ts'
import { isSameMoment, type Moment } from './moment.ts'
import { type AnyPattern, evidenceMax, type Finding, type NearMiss, resolveParameters } from './pattern.ts'
import { RuleLens, type WhereFailures } from './rule-lens.ts'
import type { RuleVersion } from './theatre-record.ts'

interface Track {
  base: unknown
  /** In order of the fold; all that came before them is in the base. */
  items: Incident[]
  checkpoints: Checkpoint[]
  end: Checkpoint
  /** What the fold sees, and for each the object that stands for it: one that did not change stays the same. */
  seen: readonly Finding[]
  findings: readonly Finding[]
  nextChangeMs: number | null
  /** The same of the watermark, of a pattern with levels of absence. */
  nextAbsenceMs: number | null
}

export interface TrackSnapshot {
  readonly scope: string
  /** Left out where it is the state in which every track of the scope begins. */
  readonly base?: unknown
  /** Order key of the last incident that the base holds; null where it holds none. */
  readonly through: OrderKey | null
  /** Incidents of an order before that which the base does not hold: they came late, or something rests on them. Left out where there are none. */
  readonly held?: readonly string[]
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
  readonly #lens: RuleLens
  readonly #tracks = new Map<string, Track>()
  readonly #through = new Map<string, OrderKey>()
  readonly #timed = new Set<string>()
  readonly #continuity = new FindingContinuity()
  readonly #baselineMs: number
  #change: { removed: Finding[]; added: Finding[] } = { removed: [], added: [] }
  #moment: Moment
  #boundaryMs: number

  constructor(rule: RuleVersion, pattern: AnyPattern, moment: Moment, boundaryMs: number) {
    this.rule = rule
    this.pattern = pattern
    this.#parameters = resolveParameters(pattern, rule.parameters)
    this.#lens = new RuleLens(rule, pattern, this.#parameters)
    this.#baselineMs = (pattern.baselineDays?.(this.#parameters) ?? 0) * dayMs
    this.#moment = moment
    this.#boundaryMs = boundaryMs
  }

  /** Severity of the levels 1, 2, …; the last holds for all further ones. */
  get severities(): readonly Severity[] {
    return this.rule.severities ?? this.pattern.severities ?? usualSeverities
  }

  /** The theatre's past is shorter than what the baseline of this rule asks for: nothing that happens now could enter. */
  get isWarming(): boolean {
    return this.#baselineMs > 0 && !this.#hasBaselineAt(this.#moment.horizonMs)
  }

  /** Incidents for which the rule's predicate gave no answer. */
  get whereFailures(): WhereFailures {
    return this.#lens.failures
  }

  /** All that stands, without what ended before the boundary. */
  get findings(): Finding[] {
    return [...this.#tracks.values()].flatMap(track => track.findings.filter(f => this.#isRetained(f)))
  }

  /** What comes near to a finding, in all scopes; null where the pattern can't say. */
  nearly(): readonly NearMiss[] | null {
    const { pattern } = this
    if (pattern.nearly === undefined) return null
    const near = pattern.nearly.bind(pattern)
    return [...this.#tracks].flatMap(([scope, { end }]) => this.#lens.near(scope, near(end.state, this.#nowMs, this.#parameters)))
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
      for (const scope of this.#lens.scopesOf(incident)) {
        const index = this.#removeFrom(scope, incident)
        if (index !== null) touch(scope, index)
      }
    }
    for (const incident of added) {
      for (const scope of this.#lens.scopesOf(incident)) {
        if (!this.#isInBase(scope, incident)) touch(scope, this.#insertInto(scope, incident))
      }
    }
    for (const [scope, index] of lowest) this.#foldFrom(scope, index)
  }

  /** Moves time on: windows close, ages are reached, baselines become long enough. */
  advance(moment: Moment): void {
    const before = this.#moment
    if (isSameMoment(before, moment)) return
    const beforeMs = this.#nowMs
    this.#moment = moment
    const nowMs = this.#nowMs
    // A watermark may step back, when a source that is further behind comes alive; what was counted as silence then is none yet.
    const isLookedAtAgain =
      nowMs < beforeMs ||
      (this.pattern.nextAbsenceMs !== undefined &&
        (moment.watermarkMs ?? 0) < (before.watermarkMs ?? Number.NEGATIVE_INFINITY)) ||
      (this.#baselineMs > 0 && before.earliestMs !== moment.earliestMs) ||
      (this.pattern.clock === 'watermark' && before.unheard !== moment.unheard)
    if (isLookedAtAgain) {
      for (const [scope, track] of this.#tracks) this.#evaluate(scope, track)
      return
    }
    if (this.pattern.nextAbsenceMs !== undefined) {
      for (const [scope, track] of this.#tracks) if (isReached(track.nextAbsenceMs, moment)) this.#evaluate(scope, track)
    }
    if (nowMs === beforeMs) return
    for (const scope of this.#timed) {
      const track = this.#tracks.get(scope) as Track
      if (track.nextChangeMs !== null && track.nextChangeMs <= nowMs) this.#evaluate(scope, track)
    }
  }

  /** True where something may change when the watermark moves, and not before. */
  get waitsForWatermark(): boolean {
    if (this.pattern.clock === 'watermark') return this.#timed.size > 0
    return this.pattern.nextAbsenceMs !== undefined && this.#tracks.values().some(track => track.nextAbsenceMs !== null)
  }

  /** The next moment at which a tick to it would change something; null = never. */
  nextChangeMs(): number | null {
    if (this.pattern.clock === 'watermark') return null
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
    const scopes = new Set(incidents.flatMap(i => this.#lens.scopesOf(i)))
    for (const scope of scopes) {
      const track = this.#tracks.get(scope)
      if (track) this.#trimTrack(scope, track)
    }
  }

  /** True while some track still folds this incident, so that it can still be withdrawn. */
  holds(incident: Incident): boolean {
    return this.#lens.scopesOf(incident).some(scope => {
      const items = this.#tracks.get(scope)?.items ?? []
      return items[lowerBound(items, incident)]?.id === incident.id
    })
  }

  /** The states of all tracks; nothing in them changes afterwards. */
  snapshot(): TrackSnapshot[] {
    return [...this.#tracks].map(([scope, track]) => {
      const through = this.#through.get(scope) ?? null
      const states = statesToSave(track)
      if (through === null) return { scope, through, states }
      const held = track.items.filter(i => compareKeys(i, through) <= 0).map(i => i.id)
      return { scope, base: track.base, through, ...(held.length === 0 ? {} : { held }), states }
    })
  }

  /**
   * Puts a snapshot back: `incidents` are all that are present, in order of the fold. A track whose last state does not fit what is present is folded
   * anew from its base.
   */
  restore(tracks: readonly TrackSnapshot[], incidents: readonly Incident[]): void {
    const held = new Map(tracks.map(track => [track.scope, new Set(track.held)]))
    for (const { scope, base, through } of tracks) {
      if (through !== null) this.#through.set(scope, through)
      this.#newTrack(scope, through === null ? this.#lens.initial(scope) : base)
    }
    for (const incident of incidents) {
      for (const scope of this.#lens.scopesOf(incident)) {
        if (!this.#isInBase(scope, incident) || held.get(scope)?.has(incident.id)) this.#insertInto(scope, incident)
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
    const track: Track = {
      base,
      items: [],
      checkpoints: [start],
      end: start,
      seen: [],
      findings: [],
      nextChangeMs: null,
      nextAbsenceMs: null
    }
    this.#tracks.set(scope, track)
    return track
  }

  #isInBase(scope: string, incident: Incident): boolean {
    const through = this.#through.get(scope)
    return through !== undefined && incident.toMs < this.#boundaryMs && compareKeys(incident, through) <= 0
  }

  #insertInto(scope: string, incident: Incident): number {
    const track = this.#tracks.get(scope) ?? this.#newTrack(scope, this.#lens.initial(scope))
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
      if (count > (track.checkpoints.at(-1) as Checkpoint).count) track.checkpoints.push({ count, state })
    }
    track.end = { count, state }
    if (track.checkpoints.length > checkpointsMax) track.checkpoints = thinnedOut(track.checkpoints, count)
    if (track.items.length === 0 && !this.#through.has(scope)) this.#drop(scope, track)
    else this.#evaluate(scope, track)
  }

  #drop(scope: string, track: Track): void {
    for (const finding of track.findings) note(finding, this.#change.removed, this.#change.added)
    this.#tracks.delete(scope)
    this.#timed.delete(scope)
  }

  #isRetained(finding: Finding): boolean {
    return finding.toMs === null || finding.toMs >= this.#boundaryMs
  }

  get #nowMs(): number {
    const { horizonMs, watermarkMs } = this.#moment
    return this.pattern.clock === 'watermark' ? (watermarkMs ?? Number.NEGATIVE_INFINITY) : horizonMs
  }

  #hasBaselineAt(ms: number): boolean {
    const { earliestMs } = this.#moment
    return earliestMs !== null && earliestMs <= ms - this.#baselineMs
  }

  #seen(scope: string, state: unknown): readonly Finding[] {
    const { unheard, watermarkMs } = this.#moment
    const found = this.pattern.findings(state, this.#nowMs, this.#parameters, unheard, watermarkMs)
    const findings = this.#lens.worded(scope, found)
    return this.#baselineMs === 0 ? findings : findings.filter(f => this.#hasBaselineAt(f.levels[0]?.atMs ?? f.fromMs))
  }

  #evaluate(scope: string, track: Track): void {
    const { state } = track.end
    const all = this.#seen(scope, state)
    const seen = all.every(f => this.#isRetained(f)) ? all : all.filter(f => this.#isRetained(f))
    if (seen !== track.seen) {
      const { findings, removed, added } = this.#continuity.compare(track, seen)
      track.seen = seen
      track.findings = findings
      for (const finding of removed) note(finding, this.#change.removed, this.#change.added)
      for (const finding of added) note(finding, this.#change.added, this.#change.removed)
    }
    track.nextChangeMs = this.pattern.nextChangeMs(state, this.#nowMs, this.#parameters, this.#moment.unheard)
    track.nextAbsenceMs = this.pattern.nextAbsenceMs?.(state, this.#moment.watermarkMs, this.#parameters) ?? null
    if (track.nextChangeMs === null) this.#timed.delete(scope)
    else this.#timed.add(scope)
  }

  #trimTrack(scope: string, track: Track): void {
    let count = 0
    while (count < track.items.length && (track.items[count] as Incident).toMs < this.#boundaryMs) count += 1
    // Beyond the limit on evidence the oldest can no longer be withdrawn: they are counts from here on.
    const cut = Math.min(count, Math.max(this.#firstHeld(track), count - evidenceMax))
    // What is still folded may look back from where it is: nothing after that is forgotten, in no state from which it is folded again.
    const beforeMs = Math.min(this.#boundaryMs, track.items[cut]?.fromMs ?? Number.POSITIVE_INFINITY)
    const forget = (state: unknown) => this.pattern.forget(state, beforeMs)
    if (cut > 0) this.#intoBase(scope, track, cut)
    track.base = forget(track.base)
    const later = track.checkpoints.filter(c => c.count > cut).map(c => ({ count: c.count - cut, state: forget(c.state) }))
    track.checkpoints = [{ count: 0, state: track.base }, ...later]
    track.end =
      track.items.length === 0
        ? { count: 0, state: track.base }
        : { count: track.end.count - cut, state: forget(track.end.state) }
    // A base that says nothing is none: scopes that went quiet cost nothing.
    if (track.items.length > 0 || JSON.stringify(track.base) !== JSON.stringify(this.#lens.initial(scope))) return
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
    // Only what ended before the boundary is asked for: most findings rest on nothing so old.
    const old = track.findings.filter(f => this.#isRetained(f)).flatMap(f => [f.triggers, f.support])
    const evidence = new Set(old.filter(list => earliestEndOf(list) < this.#boundaryMs).flatMap(list => list.map(i => i.id)))
    if (evidence.size === 0) return Number.POSITIVE_INFINITY
    const index = track.items.findIndex(i => evidence.has(i.id))
    return index === -1 ? Number.POSITIVE_INFINITY : index
  }
}

/** Notes that a finding went or came. One record may look at a scope twice: what came and went within it did neither. */
function note(finding: Finding, here: Finding[], there: Finding[]): void {
  const index = there.indexOf(finding)
  if (index === -1) here.push(finding)
  else there.splice(index, 1)
}

/** True where the watermark has come to what is waited for. */
function isReached(ms: number | null, { watermarkMs }: Moment): boolean {
  return ms !== null && watermarkMs !== null && ms <= watermarkMs
}

/** Where neither rule nor pattern says otherwise. Source: patterns, common ground. */
export const usualSeverities: readonly Severity[] = ['moderate', 'severe', 'extreme']

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
