// Detection: one rule's folds over all its scopes, with a track for each. It gives the findings at a moment, those added and
// removed since the last call, and the next change by time alone.

import type { Finding } from '../finding/finding.ts'
import { type FindingChange, FindingContinuity } from '../finding/finding-continuity.ts'
import { Deadlines } from '../fold/deadlines.ts'
import { FoldWork } from '../fold/fold-work.ts'
import { isSameMoment, type Moment } from '../fold/moment.ts'
import { type Trim, turnOf, turnsCount } from '../fold/trim-turns.ts'
import type { Incident } from '../incident/incident.ts'
import { bothFailures, noFailures, type PredicateFailures } from '../predicate/predicate-failures.ts'
import type { Severity } from '../record/severity.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import { dayMs } from '../space-time/event-time.ts'
import { ownParameters } from './own-parameters.ts'
import type { AnyPattern, NearMiss } from './pattern.ts'
import { RuleScope } from './rule-scope.ts'
import { Track, type TrackSnapshot } from './track.ts'

export class RuleDetection {
  readonly rule: RuleVersion
  readonly pattern: AnyPattern
  readonly #parameters: Readonly<Record<string, unknown>>
  readonly #ruleScope: RuleScope
  readonly #work: FoldWork
  readonly #tracks = new Map<string, Track>()
  readonly #byTurn: readonly Set<Track>[] = Array.from({ length: turnsCount }, () => new Set<Track>())
  /** Tracks with incidents deferred within their moment. */
  readonly #unsettled = new Set<Track>()
  /** When a scope changes by time alone, and by the watermark for a pattern with absence levels. */
  readonly #changes = new Deadlines()
  readonly #absences = new Deadlines()
  readonly #continuity = new FindingContinuity()
  readonly #baselineMs: number
  #change: { readonly removed: Finding[]; readonly added: Finding[] } | null = null
  #moment: Moment
  #boundaryMs: number

  constructor(rule: RuleVersion, pattern: AnyPattern, moment: Moment, boundaryMs: number, work = new FoldWork()) {
    this.#work = work
    this.rule = rule
    this.pattern = pattern
    this.#parameters = ownParameters(pattern, rule)
    this.#ruleScope = new RuleScope(rule, pattern, this.#parameters)
    this.#baselineMs = (pattern.baselineDays?.(this.#parameters) ?? 0) * dayMs
    this.#moment = moment
    this.#boundaryMs = boundaryMs
  }

  /** Severity of levels 1, 2, …; the last holds for all further levels. */
  get severities(): readonly Severity[] {
    return this.rule.severities ?? this.pattern.severities ?? usualSeverities
  }

  /** The theatre's past is shorter than this rule's baseline requires: nothing happening now can enter. */
  get isWarming(): boolean {
    return this.isWarmingSince(this.#moment.earliestMs)
  }

  /** As `isWarming`, for a past that began at a moment; null: no past. */
  isWarmingSince(earliestMs: number | null): boolean {
    return this.#baselineMs > 0 && (earliestMs === null || earliestMs > this.#moment.horizonMs - this.#baselineMs)
  }

  /** Failures of the rule's predicates: `where`, and those among its parameters. */
  get failures(): PredicateFailures {
    return bothFailures(this.#ruleScope.failures, this.pattern.failuresOf?.(this.#parameters) ?? noFailures)
  }

  /** All current findings, except those that ended before the boundary. */
  get findings(): Finding[] {
    return [...this.#tracks.values()].flatMap(track => track.findings.filter(f => this.#isRetained(f)))
  }

  /** Near misses in all scopes; null if the pattern cannot report them. */
  nearly(): readonly NearMiss[] | null {
    const { pattern } = this
    if (pattern.nearly === undefined) return null
    const near = pattern.nearly.bind(pattern)
    return [...this.#tracks].flatMap(([scope, { state }]) =>
      this.#ruleScope.near(scope, near(state, this.#nowMs, this.#parameters))
    )
  }

  /** Findings removed and added since the last call. An unchanged finding is the same object. */
  takeChange(): FindingChange {
    const change = this.#change ?? noChange
    this.#change = null
    return change
  }

  /** Removes and adds incidents. */
  apply(removed: readonly Incident[], added: readonly Incident[]): void {
    if (removed.length === 0 && added.length === 1) {
      const [incident] = added as [Incident]
      for (const scope of this.#ruleScope.scopesOf(incident)) {
        const track = this.#trackFor(scope, incident)
        if (track) this.#fold(track, track.insert(incident))
      }
      return
    }
    const lowest = new Map<Track, number>()
    const touch = (track: Track, index: number) => lowest.set(track, Math.min(index, lowest.get(track) ?? index))
    const folded = new Map<Track, Incident[]>()
    for (const incident of removed) {
      for (const scope of this.#ruleScope.scopesOf(incident)) {
        const track = this.#tracks.get(scope)
        const index = track?.remove(incident) ?? null
        if (!track || index === null) continue
        touch(track, index)
        folded.set(track, [...(folded.get(track) ?? []), incident])
      }
    }
    for (const incident of added) {
      for (const scope of this.#ruleScope.scopesOf(incident)) {
        // A revised incident that was still folded stays in its track, even if the base has passed its place. If it merges with
        // one in the base, the base has counted that one already: it does not know its incidents individually.
        const held = this.#tracks.get(scope)
        const goesOn = held !== undefined && folded.get(held)?.some(before => sharesReports(before, incident))
        const track = goesOn ? held : this.#trackFor(scope, incident)
        if (track) touch(track, track.insert(incident))
      }
    }
    for (const [track, index] of lowest) this.#fold(track, index)
  }

  /** Sorts, in all scopes, incidents that were deferred within their moment. */
  settle(): void {
    for (const track of this.#unsettled) {
      const index = track.settle()
      if (index !== null) this.#fold(track, index)
    }
    this.#unsettled.clear()
  }

  /** Advances time: windows close, ages are reached, baselines become long enough. */
  advance(moment: Moment): void {
    const before = this.#moment
    if (isSameMoment(before, moment)) return
    const beforeMs = this.#nowMs
    this.#moment = moment
    const nowMs = this.#nowMs
    // The watermark may step back when a source that is further behind comes alive; a counted silence is then not one yet.
    const isLookedAtAgain =
      nowMs < beforeMs ||
      (this.pattern.nextAbsenceMs !== undefined &&
        (moment.watermarkMs ?? 0) < (before.watermarkMs ?? Number.NEGATIVE_INFINITY)) ||
      (this.#baselineMs > 0 && before.earliestMs !== moment.earliestMs) ||
      (this.pattern.clock === 'watermark' && before.unheard !== moment.unheard)
    if (isLookedAtAgain) {
      for (const track of this.#tracks.values()) this.#evaluate(track)
      return
    }
    if (moment.watermarkMs !== null) this.#evaluateAll(this.#absences.reachedAt(moment.watermarkMs))
    if (nowMs !== beforeMs) this.#evaluateAll(this.#changes.reachedAt(nowMs))
  }

  /** True if a movement of the watermark, and nothing earlier, may change something. */
  get waitsForWatermark(): boolean {
    return this.pattern.clock === 'watermark' ? this.#changes.size > 0 : this.#absences.size > 0
  }

  /** The next moment at which a tick would change something; null = never. */
  nextChangeMs(): number | null {
    return this.pattern.clock === 'watermark' ? null : this.#changes.earliestMs()
  }

  /**
   * Moves the boundary: findings that ended before it are no longer published. Tracks whose turn it is fold what ended before it
   * into their bases; tracks without memory, or long without findings, are removed.
   */
  trim({ boundaryMs, quietMs, turns, forgetting }: Trim): void {
    this.#boundaryMs = boundaryMs
    for (const turn of turns) {
      const forgets = forgetting.has(turn)
      for (const track of this.#byTurn[turn] as Set<Track>) {
        if (track.isOld(boundaryMs)) track.trim(boundaryMs, forgets)
        if (forgets && (track.saysNothing(() => this.#ruleScope.initial(track.scope)) || this.#isQuiet(track, quietMs)))
          this.#letGo(track)
      }
    }
  }

  #isQuiet(track: Track, sinceMs: number): boolean {
    if (this.pattern.remembersForGood || !track.isQuietSince(sinceMs)) return false
    const { scope, findings } = track
    return !this.#changes.has(scope) && !this.#absences.has(scope) && !findings.some(f => this.#isRetained(f))
  }

  /**
   * Adds the ids of incidents that ended before a moment and are still folded, since they can still be withdrawn. All tracks are
   * asked: late incidents lie before a base, and after a large move of the boundary a track's turn may still be due.
   */
  addHeld(beforeMs: number, ids: Set<string>): void {
    for (const track of this.#tracks.values()) track.addOlder(beforeMs, ids)
  }

  /** The states of all tracks; they never change afterwards. */
  snapshot(): TrackSnapshot[] {
    return [...this.#tracks.values()].map(track => track.snapshot(this.#boundaryMs))
  }

  /**
   * Restores a snapshot. `incidents`: all present ones, in order of the fold. A track whose last state does not match them is
   * refolded from its base.
   */
  restore(tracks: readonly TrackSnapshot[], incidents: readonly Incident[]): void {
    const held = new Map(tracks.map(track => [track.scope, new Set(track.held)]))
    for (const { scope, base, through } of tracks)
      this.#newTrack(scope, through === null ? this.#ruleScope.initial(scope) : base, through)
    for (const incident of incidents) {
      for (const scope of this.#ruleScope.scopesOf(incident)) {
        // An incident that ended before the boundary is in a base, or forgotten with its track, unless that track holds it.
        if (incident.toMs < this.#boundaryMs && !held.get(scope)?.has(incident.id)) continue
        const track = this.#tracks.get(scope) ?? this.#newTrack(scope, this.#ruleScope.initial(scope), null)
        track.insert(incident)
      }
    }
    const saved = new Map(tracks.map(track => [track.scope, track]))
    for (const track of this.#tracks.values()) {
      const { states = [], outOfPlace } = saved.get(track.scope) ?? {}
      track.restore(states, outOfPlace)
      this.#fold(track, track.count)
    }
    this.takeChange()
  }

  #newTrack(scope: string, base: unknown, through: TrackSnapshot['through']): Track {
    const folding = { pattern: this.pattern, parameters: this.#parameters, work: this.#work }
    const track = new Track(folding, scope, turnOf(this.rule.ruleId, scope), base, through)
    this.#tracks.set(scope, track)
    this.#byTurn[track.turn]?.add(track)
    return track
  }

  /** The track that takes an incident; undefined if its base holds it. */
  #trackFor(scope: string, incident: Incident): Track | undefined {
    const track = this.#tracks.get(scope)
    if (track === undefined) return this.#newTrack(scope, this.#ruleScope.initial(scope), null)
    return track.isInBase(incident, this.#boundaryMs) ? undefined : track
  }

  #fold(track: Track, index: number): void {
    track.fold(index)
    if (track.isUnsettled) this.#unsettled.add(track)
    if (track.isBlank) {
      for (const finding of track.findings) this.#note(finding, 'removed')
      this.#letGo(track)
      return
    }
    // Between the moments that it named, a state gives the same findings.
    if (track.seenIn !== track.state || track.seenUnheard !== this.#moment.unheard) this.#evaluate(track)
  }

  #letGo(track: Track): void {
    const { scope } = track
    this.#tracks.delete(scope)
    this.#byTurn[track.turn]?.delete(track)
    this.#unsettled.delete(track)
    this.#changes.set(scope, null)
    this.#absences.set(scope, null)
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

  #seen(track: Track): readonly Finding[] {
    const { unheard, watermarkMs } = this.#moment
    const found = this.pattern.findings(track.state, this.#nowMs, this.#parameters, unheard, watermarkMs)
    const all = this.#ruleScope.worded(track.scope, found)
    const { earliestMs } = this.#moment
    const { made } = track
    // The retained part of the same list is unchanged until the boundary or the theatre's past moves.
    if (made?.of === all && made.boundaryMs === this.#boundaryMs && made.earliestMs === earliestMs) return made.seen
    const isSeen = (f: Finding) =>
      this.#isRetained(f) && (this.#baselineMs === 0 || this.#hasBaselineAt(f.levels[0]?.atMs ?? f.fromMs))
    const seen = all.every(isSeen) ? all : all.filter(isSeen)
    track.made = { of: all, boundaryMs: this.#boundaryMs, earliestMs, seen }
    return seen
  }

  #evaluateAll(scopes: readonly string[]): void {
    for (const scope of scopes) this.#evaluate(this.#tracks.get(scope) as Track)
  }

  #evaluate(track: Track): void {
    const { state, scope } = track
    const { unheard, watermarkMs } = this.#moment
    const seen = this.#seen(track)
    if (seen !== track.seen && seen.length + track.seen.length > 0) {
      const { findings, removed, added } = this.#continuity.compare(track, seen)
      track.findings = findings
      for (const finding of removed) this.#note(finding, 'removed')
      for (const finding of added) this.#note(finding, 'added')
    }
    track.seen = seen
    track.seenIn = state
    track.seenUnheard = unheard
    this.#changes.set(scope, this.pattern.nextChangeMs(state, this.#nowMs, this.#parameters, unheard))
    const absenceMs = this.pattern.nextAbsenceMs?.(state, watermarkMs, this.#parameters) ?? null
    this.#absences.set(scope, absenceMs)
  }

  /**
   * Notes that a finding was added or removed. One record may evaluate a scope twice: a finding added and removed in between was
   * neither. Removing one that ended before the boundary is not a change.
   */
  #note(finding: Finding, which: 'removed' | 'added'): void {
    if (which === 'removed' && !this.#isRetained(finding)) return
    this.#change ??= { removed: [], added: [] }
    const there = this.#change[which === 'removed' ? 'added' : 'removed']
    const index = there.indexOf(finding)
    if (index === -1) this.#change[which].push(finding)
    else there.splice(index, 1)
  }
}

function sharesReports(one: Incident, other: Incident): boolean {
  return one.reportIds.some(id => other.reportIds.includes(id))
}

const noChange: FindingChange = { removed: [], added: [] }

/** Default of rules and patterns. Source: patterns.md#common-ground. */
export const usualSeverities: readonly Severity[] = ['moderate', 'severe', 'extreme']
