// A pattern over incidents applied to findings: each finding of level 0 counts as one incident at
// the moment of its entry. A rule can so ask for three fronts in a month, or for a siege and then a
// mass killing in one area. Level-1 findings are never read, so there are no cycles.

import type { AnyCompoundPattern } from '../../detection/compound.ts'
import { entryOf, type Input, type View } from '../../detection/compound-scope.ts'
import { MachineRows } from '../../detection/machine-rows.ts'
import { type AnyPattern, hasAbsenceLevels, type ParameterFault } from '../../detection/pattern.ts'
import type { ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import { signatureOf } from '../../finding/finding-difference.ts'
import { familyOf } from '../../finding/finding-family.ts'
import { groupKeyOf } from '../../finding/finding-group.ts'
import { namedOf } from '../../finding/named-evidence.ts'
import { triggerReportsOf } from '../../finding/report-change.ts'
import { isExercise } from '../../finding/situation.ts'
import { deathsOf, summaryOf } from '../../finding/trigger-summary.ts'
import { momentAt } from '../../fold/moment.ts'
import {
  compareIncidents,
  compareText,
  type Incident,
  type IncidentPlace,
  placesOf
} from '../../incident/incident.ts'
import { areOneSettlement } from '../../report/one-settlement.ts'
import type { Span } from '../../space-time/event-time.ts'
import { evidenceOf } from '../episode/episode-evidence.ts'

type Parameters = Readonly<Record<string, unknown>>

/** Maximum number of incidents named per finding. */
const findingEvidenceMax = 50

/** The tactic by which a predicate recognises the pattern of a finding. */
export function findingTactic(pattern: string): string {
  return `other:finding-${pattern}`
}

/**
 * The same pattern over findings, named `findings-` and its id. `of` names the patterns or rules
 * whose findings count, or all of level 0 if empty; a name of level 1, as `isLevel1` tells, is a
 * fault. Evidence consists of the findings' incidents.
 */
export function overFindings(
  pattern: AnyPattern,
  isLevel1: (name: string) => boolean
): AnyCompoundPattern {
  return {
    id: `findings-${pattern.id}`,
    parameters: {
      ...pattern.parameters,
      of: {
        default: [],
        unit: 'patterns or rules',
        meaning: 'patterns or rules whose findings count; if empty, all of level 0',
        source: 'patterns.md#building-blocks',
        itemFaults: nameFaults
      }
    },
    examples: [],
    ...(pattern.severities ? { severities: pattern.severities } : {}),
    ...(pattern.outlastsSilence ? { outlastsSilence: true } : {}),
    // A view has one clock: if part of it is an absence, all of it waits for the watermark.
    ...(pattern.clock === 'watermark' || hasAbsenceLevels(pattern) ? { clock: 'watermark' } : {}),
    ...(pattern.failuresOf ? { failuresOf: pattern.failuresOf } : {}),
    faultsOf: parameters => [
      ...(pattern.faultsOf?.(parameters) ?? []),
      ...cycleFaults(parameters, isLevel1)
    ],
    ...(pattern.looksBack ? { looksBack: pattern.looksBack } : {}),
    // A continuing episode may rest on any earlier finding.
    lookbackDays: () => 366,
    reads: isRead,
    scopesOf: (input, parameters) =>
      isRead(input, parameters) ? pattern.scopesOf(asIncident(input), parameters) : [],
    findings: (view, nowMs, parameters, unheard) =>
      machineFor(pattern, view, parameters)
        .findings(momentAt(nowMs, unheard))
        .map(withRealEvidence),
    nextChangeMs: (view, nowMs, parameters, unheard: readonly Span[]) =>
      machineFor(pattern, view, parameters).nextChangeMs(momentAt(nowMs, unheard))
  }
}

function isRead(
  { ruleId, pattern }: Pick<Input, 'ruleId' | 'pattern'>,
  parameters: Parameters
): boolean {
  const names = parameters.of as readonly string[]
  return names.length === 0 || names.includes(pattern) || names.includes(ruleId)
}

function nameFaults(item: unknown): readonly ParameterFault[] {
  return typeof item === 'string' && item !== ''
    ? []
    : [{ path: [], detail: 'must be the name of a pattern or the id of a rule' }]
}

function cycleFaults(
  parameters: Parameters,
  isLevel1: (name: string) => boolean
): readonly ParameterFault[] {
  return (parameters.of as readonly string[]).flatMap((name, i) =>
    isLevel1(name)
      ? [{ path: ['of', i], detail: 'is of level 1: a rule over findings reads only level 0' }]
      : []
  )
}

/**
 * The machine of a scope goes on from one view of it to the next: what it gives depends on the rows
 * alone.
 */
const machines = new WeakMap<
  View['inputs'],
  { readonly pattern: AnyPattern; view: View; readonly rows: MachineRows }
>()

function machineFor(pattern: AnyPattern, view: View, parameters: Parameters): ScopeMachine {
  const known = machines.get(view.inputs)
  if (known?.view === view && known.pattern === pattern) return known.rows.machine
  const rows =
    known?.pattern === pattern
      ? known.rows
      : new MachineRows(pattern, { scope: view.scope, parameters })
  rows.become(view.inputs.map(asIncident).sort(compareIncidents))
  machines.set(view.inputs, { pattern, view, rows })
  return rows.machine
}

const incidents = new WeakMap<Finding, Incident>()
/** The other way. */
const findingOf = new WeakMap<Incident, Finding>()

/**
 * A finding as an incident: at its entry, since its end is unknown and must not move it, in every
 * area that it touches. Its deaths are those that it states, else those of its triggers: two
 * findings may count the same deaths.
 */
function asIncident(input: Input): Incident {
  const known = incidents.get(input.finding)
  if (known) return known
  const made = makeIncident(input)
  incidents.set(input.finding, made)
  findingOf.set(made, input.finding)
  return made
}

function makeIncident({ ruleId, pattern, finding }: Input): Incident {
  const { triggers } = finding
  const [place, ...alsoAt] = placesTouched(finding)
  const atMs = entryOf(finding)
  const sum = summaryOf(triggers)
  return {
    // Of one moment the one that was reported first is the first: another report does not come
    // before hundreds of others.
    id: `${String(sum.firstReportedAtMs).padStart(15, '0')}|${familyOf(ruleId, finding.layer)}|${groupKeyOf(finding)}|${finding.fromMs}`,
    reportIds: triggerReportsOf(finding),
    contentKey: signatureOf(finding),
    fromMs: atMs,
    toMs: atMs,
    exact: true,
    category: 'other',
    tactics: [findingTactic(pattern)],
    place: place as IncidentPlace,
    alsoAt,
    actors: unique(triggers.flatMap(i => i.actors)),
    targets: unique(triggers.flatMap(i => i.targets)),
    fatalities: finding.deaths ?? deathsOf(sum, triggers),
    credibility: Math.min(...triggers.map(i => i.credibility)),
    passesGrade: triggers.some(i => i.passesGrade),
    gradeKnown: triggers.some(i => i.gradeKnown),
    origins: unique(triggers.flatMap(i => i.origins)).sort(compareText),
    witnesses: unique(triggers.flatMap(i => i.witnesses)),
    firstReportedAtMs: sum.firstReportedAtMs,
    handling: sum.handling,
    persons: [],
    drill: isExercise(finding)
  }
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map(value => [JSON.stringify(value), value])).values()]
}

/** One place per area; the place of the group's settlement if it has one. */
function placesTouched({ group, situation, triggers }: Finding): IncidentPlace[] {
  const places = triggers.flatMap(placesOf)
  const mine = places.filter(
    p => group.settlementId === undefined || p.settlement === group.settlementId
  )
  const byArea = new Map(places.flatMap(p => (p.admin1 === null ? [] : [[p.admin1, p] as const])))
  const areas =
    group.admin1 === undefined ? [...byArea.values()] : [byArea.get(group.admin1) ?? places[0]]
  const touched =
    group.settlementId === undefined
      ? areas
      : mine.slice(0, 1).map(place => placedAmong(place, mine, situation))
  const first = places[0] as IncidentPlace
  return (touched.length === 0 ? [first] : touched.map(p => p ?? first)).sort((a, b) =>
    compareText(a.admin1 ?? '', b.admin1 ?? '')
  )
}

/**
 * A place of a settlement at the point of one that lies at the site of the finding: its name may
 * stand for places far apart.
 */
function placedAmong(
  place: IncidentPlace,
  all: readonly IncidentPlace[],
  situation: Finding['situation']
): IncidentPlace {
  const [site] = situation?.around?.settlements ?? []
  if (site === undefined) return place
  const isThere = (each: IncidentPlace) => each.lat !== null && areOneSettlement(each, site)
  if (isThere(place)) return place
  const { lat, lon } = all.find(isThere) ?? place
  return { ...place, lat, lon }
}

/**
 * The group, at the site of a settlement as the first of its findings tells it: which of several
 * began first depends on what is not yet forgotten.
 */
function groupAsTold({ group, triggers }: Finding): Finding['group'] {
  const first = findingOf.get(triggers[0] as Incident)?.group
  if (
    group.settlementId === undefined ||
    first?.settlementId !== group.settlementId ||
    first.site === group.site
  )
    return group
  const { site: _, ...rest } = group
  return first.site === undefined ? rest : { ...rest, site: first.site }
}

const told = new WeakMap<Finding, Finding>()

/** The same finding gives the same object. */
function withRealEvidence(found: Finding): Finding {
  const known = told.get(found)
  if (known !== undefined) return known
  const made = makeReal(found)
  told.set(found, made)
  return made
}

function makeReal(found: Finding): Finding {
  const triggersOf = (i: Incident) => findingOf.get(i)?.triggers ?? []
  const namedTriggers = (i: Incident) => namedOf(triggersOf(i), findingEvidenceMax)
  const real = (list: readonly Incident[]) => list.flatMap(namedTriggers)
  const left = (list: readonly Incident[]) =>
    list.reduce((sum, i) => sum + triggersOf(i).length - namedTriggers(i).length, 0)
  const [triggers, support] = [evidenceOf(real(found.triggers)), evidenceOf(real(found.support))]
  const named = new Set(triggers.kept)
  return {
    ...found,
    group: groupAsTold(found),
    measure: { ...found.measure, name: ofFindings(found.measure.name) },
    triggers: triggers.kept,
    support: support.kept.filter(i => !named.has(i)),
    omitted:
      found.omitted +
      triggers.omitted +
      support.omitted +
      left(found.triggers) +
      left(found.support),
    headline: ofFindings(found.headline),
    explanation: `${ofFindings(found.explanation)} Each finding counts once, from when it reached its threshold. The evidence listed is that of the findings.`
  }
}

/** A text about incidents, changed to findings. */
function ofFindings(text: string): string {
  return text.replace(/\bincident(s?)\b/g, 'finding$1')
}
