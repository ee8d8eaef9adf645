// Alerts and findings of one family as they are matched. An alert may go on in another layer of its
// rule, because a report of its has another handling now: by a correction, or by what was joined
// with it.

import type { Finding } from '../finding/finding.ts'
import type { RuleChange } from '../finding/finding-continuity.ts'
import { byLayer, familyOf, type LayerChange } from '../finding/finding-family.ts'
import { FindingIndex } from '../finding/finding-index.ts'
import { isExercise } from '../finding/situation.ts'
import type { FoldWork } from '../fold/fold-work.ts'
import type { Incident } from '../incident/incident.ts'
import { type Handling, maySee } from '../report/handling.ts'
import { type AlertEntry, claimantOf } from './alert-decision.ts'
import type { AlertEntries } from './alert-entries.ts'
import { byTurn, matchAlerts } from './alert-matching.ts'
import { inOrder } from './alert-parts.ts'
import { reachOf } from './alert-reach.ts'
import type { Claimant, SeenFinding } from './match-candidates.ts'

export interface FamilyMatching {
  readonly family: string
  readonly claimants: readonly Claimant[]
  readonly taken: ReadonlyMap<string, SeenFinding>
  /** Alerts of this family that go on in another. */
  readonly moved: ReadonlyMap<string, SeenFinding>
  /** Findings that no alert has taken. */
  readonly left: readonly SeenFinding[]
  /** As of the change. */
  mayRaise?(finding: Finding): boolean
}

const none: ReadonlyMap<string, SeenFinding> = new Map()

/** The current findings of a theatre, by family. */
export class FindingFamilies {
  readonly #indexes = new Map<string, FindingIndex>()

  of(family: string): FindingIndex {
    const known = this.#indexes.get(family) ?? new FindingIndex()
    this.#indexes.set(family, known)
    return known
  }

  /** Takes the findings of a rule that has none here. */
  take(ruleId: string, findings: readonly Finding[]): void {
    for (const { layer, ...change } of byLayer({ removed: [], added: findings }))
      this.of(familyOf(ruleId, layer)).change(change)
  }

  /** Notes which findings of matchings alerts hold now. */
  claim(matchings: readonly FamilyMatching[], entries: Pick<AlertEntries, 'isHeld'>): void {
    for (const { family, taken, left } of matchings) {
      const index = this.of(family)
      for (const { finding } of taken.values()) index.claim(finding, true)
      for (const { finding } of left) index.claim(finding, entries.isHeld(finding))
    }
  }

  /** Notes of all findings whether alerts hold them. */
  claimAll(entries: Pick<AlertEntries, 'isHeld'>): void {
    for (const index of this.#indexes.values()) index.claimAll(finding => entries.isHeld(finding))
  }

  /** Forgets findings that ended before the boundary. */
  forgetBefore(boundaryMs: number): void {
    for (const index of this.#indexes.values()) index.forgetBefore(boundaryMs)
  }
}

export interface MatchingGround {
  readonly findings: FindingFamilies
  readonly entries: AlertEntries
  readonly work: FoldWork
}

/**
 * Matches the alerts that a part of a rule's change can affect, directly or not. Changes the index
 * of the family alone.
 */
export function matchFamily(
  { rule, severities, mayRaise }: RuleChange,
  part: LayerChange,
  { findings, entries, work }: MatchingGround
): FamilyMatching {
  const family = familyOf(rule.ruleId, part.layer)
  const index = findings.of(family)
  index.change(part)
  const reach = reachOf({ family, ...part }, index, { entries, work })
  const ruleVersion = 'ruleVersion' in rule ? rule.ruleVersion : 0
  const seenAs = (finding: Finding): SeenFinding => ({ finding, ruleVersion, severities })
  const seen = [...reach.findings].map(seenAs)
  const claimants = [...reach.alerts].flatMap(id => entries.get(id) ?? []).map(claimantOf)
  const bereftAlike = (finding: Finding) => {
    const alike: Claimant[] = []
    entries.index.eachBereftAlike(family, finding, work, id =>
      alike.push(claimantOf(entries.get(id) as AlertEntry))
    )
    return alike
  }
  const unclaimedAlike = (finding: Finding) => {
    const alike: SeenFinding[] = []
    index.eachUnclaimedAlike(finding, other => {
      if (!reach.findings.has(other)) alike.push(seenAs(other))
    })
    work.matches += alike.length
    return alike
  }
  const { taken, left, joined, pairs } = matchAlerts(claimants, seen, part, {
    bereftAlike,
    unclaimedAlike
  })
  work.matches += pairs
  const may = mayRaise === undefined ? {} : { mayRaise }
  return { family, claimants: [...claimants, ...joined], taken, moved: none, left, ...may }
}

/** The findings that raise alerts, in their order: no alert has taken them, and they may. */
export function raising({ left, mayRaise }: FamilyMatching): readonly SeenFinding[] {
  return inOrder(mayRaise === undefined ? left : left.filter(({ finding }) => mayRaise(finding)))
}

/** The alerts of a family with the finding that each holds now; null: none. */
export function heldAfter({
  claimants,
  taken,
  moved
}: FamilyMatching): (readonly [string, SeenFinding | null])[] {
  return claimants.map(({ alertId }) => [alertId, taken.get(alertId) ?? moved.get(alertId) ?? null])
}

/** The alerts of a family that have no finding any more. */
export function leftOver({ claimants, taken, moved }: FamilyMatching): readonly Claimant[] {
  return claimants.filter(
    c => (c.open || c.holds) && !taken.has(c.alertId) && !moved.has(c.alertId)
  )
}

/** The matchings of all layers of a rule, with the alerts that go on in another one. */
export function movedAcross(all: readonly FamilyMatching[]): readonly FamilyMatching[] {
  if (all.length < 2) return all
  const lost = all.flatMap(leftOver).sort(byTurn)
  if (lost.length === 0) return all
  const moved = new Map<string, SeenFinding>()
  for (const { left } of all) {
    for (const found of inOrder(left)) {
      const goesOn = lost.find(
        ({ alertId, finding }) => !moved.has(alertId) && isUnveiled(finding, found.finding)
      )
      if (goesOn !== undefined) moved.set(goesOn.alertId, found)
    }
  }
  if (moved.size === 0) return all
  const gone = new Set(moved.values())
  return all.map(matching => ({
    ...matching,
    moved: new Map(
      [...moved].filter(([id]) => matching.claimants.some(({ alertId }) => alertId === id))
    ),
    left: matching.left.filter(found => !gone.has(found))
  }))
}

/**
 * True if a report behind both findings, of different layers, was or is hidden from those who may
 * see the more open layer: only then does the alert change its handling. A report that they saw all
 * the time would tell them of a hidden alert.
 */
function isUnveiled(before: Finding, now: Finding): boolean {
  if (before.layer === undefined || now.layer === undefined || before.layer === now.layer)
    return false
  if (isExercise(before) !== isExercise(now)) return false
  const isStricter = maySee(now.layer, before.layer)
  const [open, hidden] = isStricter ? [before, now] : [now, before]
  const veiled = hiddenReports(hidden.triggers, open.layer as Handling)
  return (
    veiled.size > 0 && open.triggers.some(({ reportIds }) => reportIds.some(id => veiled.has(id)))
  )
}

function hiddenReports(triggers: readonly Incident[], clearance: Handling): ReadonlySet<string> {
  return new Set(
    triggers
      .filter(({ handling }) => !maySee(clearance, handling))
      .flatMap(({ reportIds }) => reportIds)
  )
}
