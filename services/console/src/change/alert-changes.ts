// What differs between two states of an alert, for people: one line a fact, with what it was and what
// it is; what is new since somebody looked; and one sentence for alerts that change together. Pure.

import {
  computeEvidenceCount,
  computeNamedCount,
  eventName,
  isNewer,
  isOpen,
  type Severity,
  type ShownAlert,
  type ShownRevision,
  severityRank
} from '../shown/shown-alert.ts'
import {
  deathsWords,
  doneWords,
  holderWords,
  placeWords,
  readHeadline,
  readReasons,
  readTexts
} from '../words/alert-words.ts'
import { windowWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'

export interface Change {
  readonly what: string
  /** Empty: it only came; so `after`, where it only went. */
  readonly before: string
  readonly after: string
  /** For several texts that others wrote: each separate, so that none turns the next one around. */
  readonly pieces?: readonly string[]
}

/** What a list has and another has not, as often as that. */
function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const each of other) left.set(each, (left.get(each) ?? 0) + 1)
  return list.filter(each => {
    const count = left.get(each) ?? 0
    left.set(each, count - 1)
    return count <= 0
  })
}

/** Levels that came and went, a line for each; of the same ones in another order, all. */
export function levelsBetween(before: ShownAlert, after: ShownAlert): readonly Change[] {
  const { levels, levelsCame, levelsWent } = words.history
  const [was, is] = [readReasons(before), readReasons(after)]
  const [went, came] = [without(was, is), without(is, was)]
  const changes = [
    ...(came.length === 0 ? [] : [{ what: levelsCame, before: '', after: came.join(', ') }]),
    ...(went.length === 0 ? [] : [{ what: levelsWent, before: went.join(', '), after: '' }])
  ]
  const isMoved = changes.length === 0 && was.some((reason, i) => reason !== is[i])
  return isMoved ? [{ what: levels, before: was.join(', '), after: is.join(', ') }] : changes
}

/** Ids of pieces that came and went. A state names few: only one that names all tells of others. */
export function piecesBetween(
  before: ShownAlert,
  after: ShownAlert
): { readonly came: readonly string[]; readonly went: readonly string[] } {
  const [was, is] = [before, after].map(({ evidence }) =>
    evidence.map(({ incidentId }) => incidentId)
  ) as [string[], string[]]
  return {
    came: was.length >= computeNamedCount(before) ? without(is, was) : [],
    went: is.length >= computeNamedCount(after) ? without(was, is) : []
  }
}

export function changeWords({ what, before, after }: Change): string {
  return `${what}: ${[before, after].filter(text => text !== '').join(' → ')}`
}

const facts: readonly (readonly [(alert: ShownAlert) => string, (alert: ShownAlert) => string])[] =
  [
    [() => words.history.severity, alert => words.severities[alert.severity]],
    [() => words.history.status, alert => words.statuses[alert.status]],
    [() => words.history.certainty, alert => words.certainties[alert.certainty]],
    [alert => readTexts(alert).measure, alert => String(alert.measure.value)],
    [() => words.history.threshold, alert => String(alert.measure.threshold)],
    [() => words.history.rule, alert => words.history.ruleIn(alert.ruleId, alert.ruleVersion)],
    [() => words.history.evidence, alert => String(computeEvidenceCount(alert))],
    [() => words.history.deaths, alert => deathsWords(alert.fatalities)],
    [() => words.history.time, alert => windowWords(alert.window)],
    [() => words.history.where, alert => placeWords(alert)],
    [() => words.history.handling, alert => words.handlings[alert.handling]],
    [() => words.history.taken, alert => holderWords(alert.operator, alert.area)],
    [() => words.history.done, alert => doneWords(alert.operator, alert.area)],
    [() => words.history.partOf, alert => alert.partOf ?? words.history.nothing],
    [() => words.history.headline, readHeadline]
  ]

/** The same number of pieces, but different ones, by those that are named. */
function restsOnOthers(before: ShownAlert, after: ShownAlert): boolean {
  if (computeEvidenceCount(before) !== computeEvidenceCount(after)) return false
  const held = new Set(before.evidence.map(({ incidentId }) => incidentId))
  return after.evidence.some(({ incidentId }) => !held.has(incidentId))
}

/** A piece of evidence in words, by its id. */
export type PieceName = (incidentId: string) => string

function piecesChange(what: string, side: 'before' | 'after', pieces: readonly string[]): Change {
  return { what, before: '', after: '', [side]: pieces.join('; '), pieces }
}

/** None before the first state. `findName`: null where the pieces are counted only. */
export function changesBetween(
  before: ShownAlert | null,
  after: ShownAlert,
  nameOf: PieceName | null = null
): readonly Change[] {
  if (before === null) return []
  const changes = facts.flatMap(([titleOf, saying]) => {
    const change = { what: titleOf(after), before: saying(before), after: saying(after) }
    return change.before === change.after ? [] : [change]
  })
  const { evidence, otherPieces, explanation, came, went } = words.history
  changes.push(...levelsBetween(before, after))
  if (restsOnOthers(before, after)) {
    const count = String(computeEvidenceCount(after))
    changes.push({ what: evidence, before: count, after: otherPieces(count) })
  }
  if (nameOf !== null) {
    const pieces = piecesBetween(before, after)
    if (pieces.came.length > 0) changes.push(piecesChange(came, 'after', pieces.came.map(nameOf)))
    if (pieces.went.length > 0) changes.push(piecesChange(went, 'before', pieces.went.map(nameOf)))
  }
  // It restates what is above in a sentence: shown only if no other change is.
  const [was, is] = [readTexts(before).explanation, readTexts(after).explanation]
  if (changes.length === 0 && was !== is)
    changes.push({ what: explanation, before: was, after: is })
  return changes
}

export interface HistoryItem {
  readonly revision: ShownRevision
  /** Null: not known, since the event before it was not loaded. */
  readonly changes: readonly Change[] | null
}

/** Events with the changes of each, latest first. `omitted`: how many came before the first one. */
export function listHistory(
  revisions: readonly ShownRevision[],
  omitted: number,
  nameOf: PieceName | null = null
): readonly HistoryItem[] {
  const items = revisions.map((revision, i) => {
    const before = revisions[i - 1]?.data ?? null
    return {
      revision,
      changes: before === null && omitted > 0 ? null : changesBetween(before, revision.data, nameOf)
    }
  })
  return items.reverse()
}

/** It was moved between stories, or repeated: its content did not change. */
export function isRegrouping({ revision, changes }: HistoryItem): boolean {
  return (
    changes !== null &&
    eventName(revision.type) === 'revised' &&
    changes.every(({ what }) => what === words.history.partOf || what === words.history.explanation)
  )
}

export interface MissedAlert {
  readonly kind: 'raised' | 'changed' | 'gone'
  readonly alert: ShownAlert
  readonly changes: readonly Change[]
}

/** What changed between two pictures, new ones first; `fromMs`: when the first was. O(alerts). */
export function missedBetween(
  before: ReadonlyMap<string, ShownAlert>,
  after: ReadonlyMap<string, ShownAlert>,
  fromMs: number
): readonly MissedAlert[] {
  const raised: MissedAlert[] = []
  const changed: MissedAlert[] = []
  const gone: MissedAlert[] = []
  for (const alert of after.values()) {
    const was = before.get(alert.alertId)
    if (was === alert || was?.revision === alert.revision) continue
    const wasOpen = was !== undefined && isOpen(was)
    if (wasOpen && !isOpen(alert))
      gone.push({ kind: 'gone', alert, changes: changesBetween(was, alert) })
    else if (!wasOpen && isOpen(alert)) raised.push({ kind: 'raised', alert, changes: [] })
    else if (was === undefined && Date.parse(alert.times.detectedAt) >= fromMs)
      gone.push({ kind: 'gone', alert, changes: [] })
    else if (wasOpen) changed.push({ kind: 'changed', alert, changes: changesBetween(was, alert) })
  }
  for (const alert of before.values()) {
    if (isOpen(alert) && !after.has(alert.alertId)) gone.push({ kind: 'gone', alert, changes: [] })
  }
  return [...raised, ...changed, ...gone]
}

/** As they are read: the gravest first, of equals the one that changed last. */
export function gravestFirst(missed: readonly MissedAlert[]): readonly MissedAlert[] {
  const changedMs = ({ alert }: MissedAlert) => Date.parse(alert.times.detectedAt)
  return [...missed].sort(
    (a, b) =>
      severityRank(b.alert.severity) - severityRank(a.alert.severity) || changedMs(b) - changedMs(a)
  )
}

/** Newest first. `seenId`: the newest entry seen. `last`: the one that changed its content last. */
export function collectNews(
  revisions: readonly ShownRevision[],
  omitted: number,
  seenId: string | null,
  nameOf: PieceName
) {
  const all = listHistory(revisions, omitted, nameOf).filter(item => !isRegrouping(item))
  const last = all[0]?.revision ?? null
  if (seenId === null) return { items: all.slice(0, 1), last }
  const seen = revisions.findIndex(({ id }) => id === seenId)
  const newIds = new Set(revisions.slice(seen + 1).map(({ id }) => id))
  return { items: all.filter(({ revision }) => newIds.has(revision.id)), last }
}

export interface LastChange {
  readonly alert: ShownAlert
  /** When it came to be as it is, ms. */
  readonly atMs: number
  /** What it was before, where it was seen. */
  readonly severityBefore: Severity | null
}

export const changesMax = 10

/** Null: it is not visible yet. O(alerts). */
export function lastChanges(
  before: readonly LastChange[] | null,
  alerts: Iterable<ShownAlert>,
  nowMs: number
): readonly LastChange[] {
  const known = new Map((before ?? []).map(change => [change.alert.alertId, change]))
  const all = [...alerts].map((alert): LastChange => {
    const last = known.get(alert.alertId)
    if (last !== undefined && !isNewer(alert, last.alert)) return last
    const changed = last === undefined ? null : last.alert.severity
    return {
      alert,
      // An act of an officer has no time in the list: it is seen as it comes.
      atMs:
        last !== undefined && alert.revision === last.alert.revision
          ? nowMs
          : Date.parse(alert.times.detectedAt),
      severityBefore: changed === alert.severity ? (last?.severityBefore ?? null) : changed
    }
  })
  // Of one moment in the order of ids: a wall that is loaded again shows the same ten.
  return all.sort((a, b) => b.atMs - a.atMs || (a.alert.alertId < b.alert.alertId ? -1 : 1))
}

/** An alert that calls people. `isNew`: it was not open before. */
export interface CallingAlert {
  readonly alertId: string
  readonly severity: Severity
  readonly headline: string
  readonly isNew: boolean
}

/** What comes and changes in one burst is one alert, as it is by then, and new. At least one. */
export function burstWords(calls: readonly CallingAlert[]): string {
  const byId = new Map<string, CallingAlert>()
  for (const call of calls) {
    const { alertId, isNew } = call
    byId.set(alertId, { ...call, isNew: isNew || byId.get(alertId)?.isNew === true })
  }
  const alerts = [...byId.values()]
  // Of equals the new one is named: it is heard of for the first time.
  const gravest = alerts.reduce((a, b) => (computeRank(b) > computeRank(a) ? b : a))
  const [severity, { headline, isNew }] = [words.severities[gravest.severity], gravest]
  if (alerts.length === 1)
    return isNew ? words.say.raised(severity, headline) : words.say.changed(severity, headline)
  const raised = alerts.filter(alert => alert.isNew).length
  return words.say.many(raised, alerts.length - raised, severity, headline)
}

function computeRank({ severity, isNew }: CallingAlert): number {
  return severityRank(severity) * 2 + (isNew ? 1 : 0)
}
