// The rules of one theatre: level 0 folds incidents, level 1 reads level-0 findings. Driven by the
// theatre's fold.

import type { AlertBook } from '../alert/alert-book.ts'
import type { AssemblyChange } from '../assembly/assembly.ts'
import {
  type AnyCompoundPattern,
  CompoundDetection,
  type InputChange
} from '../detection/compound.ts'
import { RuleDetection, usualSeverities } from '../detection/detection.ts'
import {
  type Blindness,
  mayRaise,
  type UnknownBefore,
  unknownBefore
} from '../detection/folded-anew.ts'
import type { AnyPattern } from '../detection/pattern.ts'
import { findTheSame } from '../detection/rewording.ts'
import type { ScopeFoldSnapshot, SharedByFolds } from '../detection/scope-fold.ts'
import type { Finding } from '../finding/finding.ts'
import type { FindingChange, RuleChange } from '../finding/finding-continuity.ts'
import type { FoldWork } from '../fold/fold-work.ts'
import { HeldIncidents } from '../fold/held-incidents.ts'
import type { Moment } from '../fold/moment.ts'
import type { Trim } from '../fold/trim-schedule.ts'
import { compareText, type Incident } from '../incident/incident.ts'
import { SharedReports } from '../incident/shared-reports.ts'
import { patterns } from '../patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../record/theatre-record.ts'

/** Effects of a record on rules themselves. */
export interface Dirty {
  /** Findings of replaced or removed folds. */
  replaced: FindingsByRule
  /** Current findings that must be evaluated again although they did not change. */
  standing: FindingsByRule
  /** Rules whose findings stay, and are said in another way. */
  reworded: readonly string[]
  quiet: boolean
}

/** Most records change no rule: they share maps, which are replaced and not changed. */
export const newDirty = (): Dirty => ({
  replaced: none,
  standing: none,
  reworded: noRules,
  quiet: false
})
const noRules: readonly string[] = []
const none: FindingsByRule = new Map()
type FindingsByRule = ReadonlyMap<string, readonly Finding[]>

/** What one record changes for the rules, as of that record. */
export interface RuleEffect {
  /** How incidents change. */
  readonly change: AssemblyChange
  /** After the record. */
  readonly moment: Moment
  /** For the first tick of another day: what is trimmed then. */
  readonly trim: Trim | null
  readonly dirty: Dirty
  /**
   * How the findings of level 0 differ then from before, in order of rules: filled in by `fold`.
   */
  readonly found: InputChange[]
  /**
   * Which incidents of the change share reports, of which all rules ask the same: filled in by
   * `fold`.
   */
  shared: SharedReports | undefined
}

type Detection = RuleDetection | CompoundDetection

/** A rule in a snapshot. `unknown` is left out for a fold that knows all of the theatre's past. */
export interface RuleSnapshot {
  readonly rule: RuleVersion
  readonly tracks: readonly ScopeFoldSnapshot[]
  readonly unknown?: UnknownBefore
}

/** The outcome of setting a rule: `unchanged` if it equals the current one. */
export type RuleSetting = 'set' | 'unchanged' | 'unknown-pattern' | 'unusable-rule'

export class TheatreRules {
  readonly #level0 = new Map<string, RuleDetection>()
  /** Read after level 0. */
  readonly #level1 = new Map<string, CompoundDetection>()
  /** The same as lists, which every record passes over. */
  #rules0: readonly RuleDetection[] = []
  #rules1: readonly CompoundDetection[] = []
  /** What folds do not know that began in a theatre older than its retention, by rule. */
  readonly #unknown = new Map<string, UnknownBefore>()
  readonly #compoundPatterns: ReadonlyMap<string, AnyCompoundPattern>
  readonly #shared: SharedByFolds

  constructor(compoundPatterns: ReadonlyMap<string, AnyCompoundPattern>, work: FoldWork) {
    this.#compoundPatterns = compoundPatterns
    this.#shared = { work, held: new HeldIncidents() }
  }

  get all(): Detection[] {
    return [...this.#level0.values(), ...this.#level1.values()]
  }

  find(ruleId: string): Detection | undefined {
    return this.#level0.get(ruleId) ?? this.#level1.get(ruleId)
  }

  /** A rule of level 0; undefined for one of level 1, too. */
  findLevel0(ruleId: string): RuleDetection | undefined {
    return this.#level0.get(ruleId)
  }

  /** Findings of each rule. */
  get standing(): Map<string, readonly Finding[]> {
    return new Map(this.all.map(({ rule, findings }) => [rule.ruleId, findings]))
  }

  /**
   * All held alerts are compared with all current findings: another engine, or another past, may
   * find differently.
   */
  lookAgain(dirty: Dirty, alerts: Pick<AlertBook, 'heldBy'>): void {
    const { standing } = this
    const held = [...standing.keys()].map(ruleId => [ruleId, alerts.heldBy(ruleId)] as const)
    dirty.replaced = new Map([...dirty.replaced, ...held])
    dirty.standing = new Map([...dirty.standing, ...standing])
  }

  /** Sorts, in all scopes, incidents that were deferred within their moment. */
  settle(): void {
    for (let i = 0; i < this.#rules0.length; i++) this.#rules0[i]?.settle()
    for (let i = 0; i < this.#rules1.length; i++) this.#rules1[i]?.settle()
  }

  /**
   * Folds what records change, in their order, by level 0. Each rule folds all of them before the
   * next one folds any: it reads nothing but its own state, and what a processor has at hand then
   * serves for all. `changes` must follow for each.
   */
  fold(effects: readonly RuleEffect[]): void {
    for (const effect of effects) {
      this.held.file(effect.change.added)
      if (effect.change.removed.length > 0) effect.shared = new SharedReports(effect.change.removed)
    }
    for (let r = 0; r < this.#rules0.length; r++) {
      const detection = this.#rules0[r] as RuleDetection
      for (let i = 0; i < effects.length; i++) foldWith(detection, effects[i] as RuleEffect)
    }
  }

  /**
   * Sets a rule over all present incidents; its former findings go into `dirty`. An invalid rule
   * leaves the previous one.
   */
  set(rule: RuleVersion, at: At, present: () => readonly Incident[], dirty: Dirty): RuleSetting {
    const pattern = patterns.get(rule.pattern)
    const level1 = this.#compoundPatterns.get(rule.pattern)
    if (!pattern && !level1) return 'unknown-pattern'
    const before = this.find(rule.ruleId)
    // Unchanged: no finding is new, and no alert is matched again.
    if (before && JSON.stringify(before.rule) === JSON.stringify(rule)) return 'unchanged'
    const goesOn =
      before &&
      unlessUnusable(() => findTheSame((level1 ?? pattern) as AnyPattern, before.rule, rule))
    if (before && goesOn) return this.#reword(before, rule, dirty)
    const made = made1(rule, at, level1, this.#shared) ?? made0(rule, at, pattern, this.#shared)
    if (made === null) return 'unusable-rule'
    this.remove(rule.ruleId, dirty)
    made.apply([], present())
    if (made instanceof CompoundDetection) {
      made.begin(this.#seenByLevel0())
      this.#level1.set(rule.ruleId, made)
    } else {
      this.#level0.set(rule.ruleId, made)
      const unknown = unknownBefore(at.moment, at.boundaryMs, made.pastMs)
      if (unknown !== null) this.#unknown.set(rule.ruleId, unknown)
    }
    this.#list()
    dirty.quiet = true
    return 'set'
  }

  /** Another version of a rule that finds the same: what it has folded stays. */
  #reword(detection: Detection, rule: RuleVersion, dirty: Dirty): RuleSetting {
    const isDone = unlessUnusable(() => {
      detection.reword(rule)
      return true
    })
    if (isDone === null) return 'unusable-rule'
    dirty.reworded = [...dirty.reworded, rule.ruleId]
    dirty.quiet = true
    return 'set'
  }

  remove(ruleId: string, dirty: Dirty): void {
    const before = this.find(ruleId)
    if (before) dirty.replaced = new Map([...dirty.replaced, [ruleId, before.findings]])
    before?.letGo()
    this.#level0.delete(ruleId)
    this.#level1.delete(ruleId)
    this.#unknown.delete(ruleId)
    this.#list()
    for (const compound of this.#level1.values()) compound.forgetRule(ruleId)
    dirty.quiet = true
  }

  /**
   * How every rule's findings differ by a record that level 0 has folded, in order of rule: level
   * 0, then level 1, which folds it now from the new findings of level 0.
   */
  changes({
    change: { removed, added },
    moment,
    trim,
    dirty,
    found,
    shared
  }: RuleEffect): RuleChange[] {
    const changed = new Map<string, FindingChange>()
    for (let i = 0; i < found.length; i++)
      changed.set((found[i] as InputChange).ruleId, found[i] as InputChange)
    for (let i = 0; i < this.#rules1.length; i++) {
      const compound = this.#rules1[i] as CompoundDetection
      if (trim !== null) compound.settle()
      if (removed.length + added.length > 0) compound.apply(removed, added, shared)
      const change = compound.update(found, moment)
      if (trim !== null) compound.trim(trim)
      if (!isNone(change)) changed.set(compound.rule.ruleId, change)
    }
    const replaced = new Map(dirty.replaced)
    const standing = new Map(dirty.standing)
    for (const ruleId of dirty.reworded) {
      const unchanged = this.#besides(ruleId, changed.get(ruleId)?.added ?? [])
      replaced.set(ruleId, unchanged)
      standing.set(ruleId, unchanged)
    }
    for (const ruleId of [...replaced.keys(), ...standing.keys()])
      if (!changed.has(ruleId)) changed.set(ruleId, noChange)
    // Most records change nothing that a rule sees.
    if (changed.size === 0) return []
    const changes: RuleChange[] = []
    for (const ruleId of [...changed.keys()].sort(compareText)) {
      const detection = this.find(ruleId)
      const { removed, added } = changed.get(ruleId) as FindingChange
      const gone = replaced.get(ruleId)
      const stays = standing.get(ruleId)
      const change = {
        rule: detection?.rule ?? { ruleId },
        severities: detection?.severities ?? usualSeverities,
        removed: gone === undefined ? removed : [...gone, ...removed],
        added: stays === undefined ? added : [...stays, ...added],
        ...this.#raisingOf(detection)
      }
      if (!isNone(change)) changes.push(change)
    }
    return changes
  }

  /** Which findings may raise alerts; nothing, if any may. */
  #raisingOf(detection: Detection | undefined): Pick<RuleChange, 'mayRaise'> {
    if (this.#unknown.size === 0 || detection === undefined) return {}
    const isOverFindings = detection instanceof CompoundDetection
    const read = isOverFindings
      ? this.#rules0.filter(({ rule }) => detection.reads(rule))
      : [detection]
    const blind = read.flatMap((one): Blindness[] => {
      const unknown = this.#unknown.get(one.rule.ruleId)
      return unknown === undefined ? [] : [{ detection: one, unknown }]
    })
    return blind.length === 0
      ? {}
      : { mayRaise: finding => mayRaise(finding, blind, isOverFindings) }
  }

  /** The findings of a rule without those that are new. */
  #besides(ruleId: string, added: readonly Finding[]): readonly Finding[] {
    const isNew = new Set(added)
    return this.find(ruleId)?.findings.filter(finding => !isNew.has(finding)) ?? []
  }

  /** The first moment at which a tick would change something; null = never. */
  nextChangeMs(): number | null {
    let next = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#rules0.length; i++)
      next = Math.min(next, this.#rules0[i]?.nextChangeMs() ?? next)
    for (let i = 0; i < this.#rules1.length; i++)
      next = Math.min(next, this.#rules1[i]?.nextChangeMs() ?? next)
    return next === Number.POSITIVE_INFINITY ? null : next
  }

  /** True if a movement of the watermark, and nothing earlier, may change something. */
  get waitsForWatermark(): boolean {
    return (
      this.#rules0.some(rule => rule.waitsForWatermark) ||
      this.#rules1.some(rule => rule.waitsForWatermark)
    )
  }

  /** What some rule still folds can still be withdrawn. */
  get held(): HeldIncidents {
    return this.#shared.held
  }

  snapshot(): RuleSnapshot[] {
    return this.all.map(detection => {
      const unknown = this.#unknown.get(detection.rule.ruleId)
      return {
        rule: detection.rule,
        tracks: detection.snapshot(),
        ...(unknown === undefined ? {} : { unknown })
      }
    })
  }

  /**
   * Restores the rules of a snapshot. `incidents`: all present, in order of the fold. Throws
   * RangeError for an unknown pattern.
   */
  restore(rules: readonly RuleSnapshot[], incidents: readonly Incident[], at: At): void {
    this.held.file(incidents)
    for (const { rule, tracks, unknown } of rules) {
      if (unknown !== undefined) this.#unknown.set(rule.ruleId, unknown)
      const level1 = this.#compoundPatterns.get(rule.pattern)
      const pattern = patterns.get(rule.pattern)
      if (!level1 && !pattern) throw new RangeError(`pattern ${rule.pattern} is not known`)
      const detection = level1
        ? new CompoundDetection(rule, level1, at.moment, at.boundaryMs, this.#shared)
        : new RuleDetection(rule, pattern as AnyPattern, at.moment, at.boundaryMs, this.#shared)
      detection.restore(tracks, incidents)
      if (detection instanceof CompoundDetection) this.#level1.set(rule.ruleId, detection)
      else this.#level0.set(rule.ruleId, detection)
    }
    this.#list()
    for (const compound of this.#rules1) {
      compound.begin(this.#seenByLevel0())
      compound.update([], at.moment)
    }
  }

  #list(): void {
    this.#rules0 = [...this.#level0.values()]
    this.#rules1 = [...this.#level1.values()]
  }

  #seenByLevel0(): { ruleId: string; pattern: string; findings: readonly Finding[] }[] {
    return [...this.#level0].map(([ruleId, { rule, findings }]) => ({
      ruleId,
      pattern: rule.pattern,
      findings
    }))
  }
}

const noChange: FindingChange = { removed: [], added: [] }

function isNone({ removed, added }: FindingChange): boolean {
  return removed.length + added.length === 0
}

/**
 * One rule folds what one record changes. The trim moves the boundary: what ended before it goes
 * into the bases.
 */
function foldWith(
  detection: RuleDetection,
  { change: { removed, added }, moment, trim, found, shared }: RuleEffect
): void {
  if (trim !== null) detection.settle()
  if (removed.length + added.length > 0) detection.apply(removed, added, shared)
  detection.advance(moment)
  const change = detection.takeChange()
  if (!isNone(change)) {
    const { ruleId, pattern } = detection.rule
    found.push({ ruleId, pattern, removed: change.removed, added: change.added })
  }
  if (trim !== null) detection.trim(trim)
}

type At = { readonly moment: Moment; readonly boundaryMs: number }

/** The fold of a rule; null if this engine does not understand it. */
function made0(
  rule: RuleVersion,
  { moment, boundaryMs }: At,
  pattern: AnyPattern | undefined,
  shared: SharedByFolds
): RuleDetection | null {
  return pattern
    ? unlessUnusable(() => new RuleDetection(rule, pattern, moment, boundaryMs, shared))
    : null
}

function made1(
  rule: RuleVersion,
  { moment, boundaryMs }: At,
  pattern: AnyCompoundPattern | undefined,
  shared: SharedByFolds
): CompoundDetection | null {
  return pattern
    ? unlessUnusable(() => new CompoundDetection(rule, pattern, moment, boundaryMs, shared))
    : null
}

function unlessUnusable<T>(make: () => T): T | null {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
