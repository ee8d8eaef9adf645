// Renders the statement of an alert: the sum of events in the words of a language, with what a
// reader looks up. Pure; notifier, command line and backtest use this one function.

import type { StatementTexts } from '@tocsin/contracts/alert/alert'
import { nameTactic } from '@tocsin/contracts/incident/incident-names'
import type { AlertStatement, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { compareText } from '@tocsin/domain/compare-text'
import type { Language, RuleTexts } from '../rules/definition.ts'
import { situationLines } from '../rules/situation-lines.ts'
import { describeArea, findAreaName, nameArea, namePlace } from './area.ts'
import { countDoubts, sumFatalities } from './fatalities.ts'
import { formatDate, formatNumber, formatSpan } from './formats.ts'
import type { IncidentFacts, RenderLookup, RuleWords } from './lookup.ts'
import { isolateRightToLeft, namesDrill, visibleText } from './stated-words.ts'
import {
  type CountedText,
  cutText,
  type FittedText,
  fillTemplate,
  fitTemplate,
  type LazyValue,
  listPlaceholders,
  type TemplateValue
} from './template.ts'
import { fixedWords } from './words.ts'

/** Most incidents that a statement names. */
export const maxEvidence = 20

/** A headline fits in one line of a list. */
export const headlineMax = 60
/** Of it beside its marks. */
const leastHeadline = 30

const dayMs = 86_400_000
const dateLength = 'YYYY-MM-DD'.length

type Values = Record<string, LazyValue | undefined>
type Fatalities = AlertStatement['fatalities']

/** What readers know in addition to the events. They set `partOf`: it changes without events. */
export interface StatementContext {
  readonly lookup: RenderLookup
  readonly language: Language
  /** The words of the other languages stand beside (`inLanguages`). Default: they do not. */
  readonly inAllLanguages?: boolean
  /** Most incidents that are named. Default: `maxEvidence`. */
  readonly evidenceMax?: number
}

export function renderStatement(
  sum: AlertSum,
  { lookup, language, inAllLanguages = false, evidenceMax = maxEvidence }: StatementContext
): AlertStatement {
  const incidents = listIncidents(sum, lookup)
  const area = describeArea(sum.group, incidents)
  const fatalities = sumFatalities(incidents)
  const rule = lookup.findRule(sum.ruleId, sum.ruleVersion)
  const times = describeTimes(sum, incidents)
  const reached = findLevels(sum, incidents)
  const facts = {
    sum,
    incidents,
    area,
    fatalities,
    rule,
    levels: reached
  }
  const texts = writeTexts(facts, language)
  const levels = reached.map(({ level, at, incidentId }, i) => ({
    ...{ level, at, reason: texts.levels[i]! },
    ...(incidentId === undefined ? {} : { incidentId })
  }))
  const evidence = pickEvidence(levels, incidents, evidenceMax)
  const statement: AlertStatement = {
    action: sum.action,
    alertId: sum.alertId,
    area,
    category: [...new Set(incidents.map(({ category }) => category))].sort(),
    certainty: sum.certainty,
    concerns: 'public',
    ...(rule?.isQuiet === true ? { describes: true } : {}),
    drill: sum.drill,
    evidence: evidence.map(({ incidentId, revision, handling }) => {
      return { incidentId, revision, role: 'trigger', handling }
    }),
    evidenceOmitted: sum.triggers.length - evidence.length,
    explanation: texts.explanation,
    fatalities,
    group: sum.group,
    handling: sum.handling,
    headline: texts.headline,
    levels,
    measure: {
      name: texts.measure,
      value: sum.value,
      threshold: sum.threshold,
      baseline: sum.baseline,
      falseAlarmsPerYear: readFalseAlarms(sum)
    },
    notify: sum.notify,
    operator: sum.operator,
    operatorRevision: sum.operatorRevision,
    partOf: null,
    pattern: sum.pattern,
    reason: sum.reason,
    references: sum.references,
    revision: sum.revision,
    ruleId: sum.ruleId,
    ruleVersion: sum.ruleVersion,
    seq: sum.seq,
    severity: sum.severity,
    status: sum.status,
    theatre: sum.theatre,
    times,
    urgency: computeUrgency(sum),
    window: describeWindow(sum)
  }
  return inAllLanguages ? addLanguages(statement, facts) : statement
}

/** They are written when they are first read: a search of headlines reads English alone. */
function addLanguages(statement: AlertStatement, facts: StatementFacts): AlertStatement {
  let written: AlertStatement['inLanguages']
  return Object.defineProperty(statement, 'inLanguages', {
    enumerable: true,
    get: () => {
      written ??= { fr: writeTexts(facts, 'fr') }
      return written
    }
  })
}

/** What a statement is written from, in each language the same. */
interface StatementFacts {
  readonly sum: AlertSum
  readonly incidents: readonly IncidentFacts[]
  readonly area: AlertStatement['area']
  readonly fatalities: Fatalities
  readonly rule: RuleWords | null
  readonly levels: readonly ReachedLevel[]
}

/** All words of a statement in one language. */
function writeTexts(
  { sum, incidents, area, fatalities, rule, levels }: StatementFacts,
  language: Language
): StatementTexts {
  const place = nameArea(sum, area, incidents, language)
  const values: Values = collectValues(sum, rule, place, incidents, language)
  values.deaths = () => describeDeaths(fatalities, language)
  const measure = fillWords(rule, 'measure', values, language) ?? sum.pattern
  const title = rule?.title ?? sum.ruleId
  const marks = listMarks(sum, incidents, language)
  const max = countRoom(marks)
  const fitted =
    rule === null
      ? cutHeadline(`${sum.ruleId}: ${place}`, max)
      : fitTemplate(rule.texts[language].headline, values, language, max)
  const ownWords = { title, headline: fitted.text, measure }
  const headline =
    rule?.headline === undefined
      ? fitted
      : cutHeadline(fillOwnHeadline(rule.headline, sum, ownWords, values, language), max)
  return {
    headline: markHeadline(headline.text, marks, language),
    explanation: renderExplanation(sum, incidents, rule, values, headline.full, language),
    measure,
    levels: writeLevels(sum, levels, rule, values, language)
  }
}

/** The incidents of the known triggers, in order of time. Two triggers may be one incident by now. */
function listIncidents({ triggers }: AlertSum, lookup: RenderLookup): readonly IncidentFacts[] {
  const incidents = new Map<string, IncidentFacts>()
  for (const number of triggers) {
    const incident = lookup.findIncident(number)
    if (incident !== null) incidents.set(incident.incidentId, incident)
  }
  return [...incidents.values()].sort(
    (a, b) => compareText(a.from, b.from) || compareText(a.incidentId, b.incidentId)
  )
}

function describeTimes(
  sum: AlertSum,
  incidents: readonly IncidentFacts[]
): AlertStatement['times'] {
  const firstReports = incidents.map(({ firstReportedAt }) => firstReportedAt).sort()
  return {
    occurredFrom: incidents[0]?.from ?? formatStart(sum.from),
    firstReportedAt: firstReports[0] ?? sum.detectedAt,
    detectedAt: sum.detectedAt
  }
}

type ReachedLevel = Omit<AlertStatement['levels'][number], 'reason'>

/** Each level with its day, and the incident that reached it if one did. */
function findLevels(
  { levels }: AlertSum,
  incidents: readonly IncidentFacts[]
): readonly ReachedLevel[] {
  return levels.map((day, i) => {
    const [start, end] = [formatStart(day), formatEnd(day)]
    const maker = incidents.findLast(({ from, to }) => from <= end && to >= start)
    const reached = { level: i + 1, at: start }
    return maker === undefined ? reached : { ...reached, incidentId: maker.incidentId }
  })
}

/** What each level means. */
function writeLevels(
  { levels: days, facts }: AlertSum,
  levels: readonly ReachedLevel[],
  rule: RuleWords | null,
  values: Values,
  language: Language
): readonly string[] {
  const words = fixedWords[language]
  const templates = rule?.texts[language].levels ?? []
  const kinds = typeof facts.levelKinds === 'string' ? facts.levelKinds.split(' ') : null
  return levels.map(({ incidentId }, i) => {
    const kind = i === 0 || kinds === null ? i : Number(kinds[i - 1] ?? -2) + 1
    const usual = i === 0 ? words.entry : incidentId === undefined ? words.days : words.level
    const count = incidentId === undefined ? countDays(days[0]!, days[i]!) : i + 1
    const template = templates[kind]
    return template === undefined
      ? fillTemplate(usual, { count }, language)
      : fillTemplate(template, { ...values, count }, language)
  })
}

function countDays(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs)
}

/** The incidents that reached the levels, then the newest, in order of time. */
function pickEvidence(
  levels: AlertStatement['levels'],
  incidents: readonly IncidentFacts[],
  max: number
): readonly IncidentFacts[] {
  if (incidents.length <= max) return incidents
  const makers = levels.flatMap(({ incidentId }) => incidentId ?? []).slice(0, max)
  const picked = new Set(makers)
  for (let i = incidents.length - 1; picked.size < max; i--) picked.add(incidents[i]!.incidentId)
  return incidents.filter(({ incidentId }) => picked.has(incidentId))
}

/** False alarms a year, which a rule computes of the alert itself. */
export function readFalseAlarms({ facts }: AlertSum): number | null {
  const { falseAlarmsPerYear } = facts
  return typeof falseAlarmsPerYear === 'number' ? falseAlarmsPerYear : null
}

function collectValues(
  sum: AlertSum,
  rule: RuleWords | null,
  area: string,
  incidents: readonly IncidentFacts[],
  language: Language
): Values {
  const { facts, group, value, threshold, baseline, to, triggers } = sum
  const values: Values = { ...(rule?.parameters as Values | undefined) }
  for (const name in facts) values[name] = describeFact(name, facts[name]!, language)
  Object.assign(values, group)
  if (group.tactic !== undefined) values.tactic = nameTactic(group.tactic, language)
  return Object.assign(values, {
    area,
    value,
    threshold,
    baseline: baseline ?? '–',
    from: formatDate(findStart(sum), language),
    to: to === null ? fixedWords[language].now : formatDate(to, language),
    count: triggers.length,
    place: () => namePlace(sum, area, incidents),
    when: () => describeTime(sum, incidents, language)
  })
}

function describeFact(name: string, fact: number | string, language: Language): TemplateValue {
  if (fact === '') return fixedWords[language].none
  if (typeof fact === 'number') return name.endsWith('Years') ? formatSpan(fact, language) : fact
  if (name.endsWith('Area')) return findAreaName(fact, language)
  if (name.endsWith('Countries')) return fact.split(' ').map(code => findAreaName(code, language))
  return name.endsWith('Day') ? formatDate(fact, language) : fact
}

/** The date of the first incident, which may be an interval. */
function describeTime(
  { from }: AlertSum,
  incidents: readonly IncidentFacts[],
  language: Language
): string {
  const words = fixedWords[language]
  const first = incidents[0]
  const start = (first?.from ?? from).slice(0, dateLength)
  const end = (first?.to ?? from).slice(0, dateLength)
  const values = { from: formatDate(start, language), to: formatDate(end, language) }
  return fillTemplate(start === end ? words.onDay : words.betweenDays, values, language)
}

function describeDeaths({ low, best, high }: Fatalities, language: Language): CountedText {
  const words = fixedWords[language]
  const number = high ?? best ?? low ?? 0
  const least = low ?? best
  const fill = (template: string) =>
    fillTemplate(template, { low: least ?? 0, high: number }, language)
  if (least === null && high === null) return { text: words.unknownNumber, number: 0 }
  if (best === null && high === null) return { text: fill(words.atLeast), number }
  if (least === null || least === number) return { text: formatNumber(number, language), number }
  return { text: fill(words.range), number }
}

function fillWords(
  rule: RuleWords | null,
  name: Exclude<keyof RuleTexts, 'levels'>,
  values: Values,
  language: Language
): string | null {
  return rule === null ? null : fillTemplate(rule.texts[language][name], values, language)
}

interface Marks {
  readonly retracted: string
  readonly drill: string
  readonly counted: string
}

/** Readers of the headline alone must know what is a drill, retracted, or counted out of a crowd. */
function listMarks(
  { drill, status }: AlertSum,
  incidents: readonly IncidentFacts[],
  language: Language
): Marks {
  const words = fixedWords[language]
  return {
    retracted: status === 'retracted' ? words.retracted : '',
    drill: drill ? words.drill : '',
    counted: incidents.some(({ isInCrowd }) => isInCrowd) ? words.uncertainCount : ''
  }
}

/** How many characters a headline may have beside its marks. */
function countRoom({ retracted, drill, counted }: Marks): number {
  return Math.max(headlineMax - retracted.length - drill.length - counted.length, leastHeadline)
}

/** A text that calls a real alert a drill gets one more mark, which does not count. */
function markHeadline(
  headline: string,
  { retracted, drill, counted }: Marks,
  language: Language
): string {
  const plain = `${counted}${capitalize(cleanText(headline))}`
  const real = drill === '' && namesDrill(plain) ? fixedWords[language].noDrill : ''
  return `${retracted}${drill}${real}${plain}`
}

function cutHeadline(full: string, max: number): FittedText {
  const text = cutText(full, max)
  return { text, full: text === full ? null : full }
}

function renderExplanation(
  sum: AlertSum,
  incidents: readonly IncidentFacts[],
  rule: RuleWords | null,
  values: Values,
  fullHeadline: string | null,
  language: Language
): string {
  const words = fixedWords[language]
  const fillCount = (template: string, count: number) =>
    count === 0 ? null : fillTemplate(template, { count }, language)
  const intervals = incidents.filter(
    ({ from, to }) => !to.startsWith(from.slice(0, dateLength))
  ).length
  const from = formatDate((incidents[0]?.from ?? sum.from).slice(0, dateLength), language)
  const inCrowds = incidents.filter(({ isInCrowd }) => isInCrowd).length
  const ends = fillWords(rule, 'ends', values, language)
  const lines = [...situationLines.values()].filter(({ fact }) => `${fact}Value` in sum.facts)
  const sentences = [
    fillWords(rule, 'why', values, language),
    ...lines.map(({ texts }) => fillTemplate(texts[language], values, language)),
    fullHeadline === null ? null : `${fullHeadline}.`,
    fillTemplate(words.incidents, { count: sum.triggers.length, from }, language),
    fillCount(words.interval, intervals),
    fillCount(words.doubt, countDoubts(incidents)),
    fillCount(words.crowd, inCrowds),
    ends === null ? null : fillTemplate(words.ends, { ends }, language)
  ]
  return capitalize(cleanText(sentences.filter(sentence => sentence !== null).join(' ')))
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function cleanText(text: string): string {
  return isolateRightToLeft(visibleText(text))
}

/** The time of the situation. */
export function describeWindow(sum: AlertSum): AlertStatement['window'] {
  const { to } = sum
  return { from: formatStart(findStart(sum)), to: to === null ? null : formatEnd(to) }
}

/** Facts that name the day on which a situation began, in rules whose entry comes later. */
const startFacts = ['sinceDay', 'firstStepDay', 'lastDay', 'voiceDay']

/** The day that people are told as its beginning: a siege begins days before it counts as one. */
function findStart({ facts, from }: AlertSum): string {
  const name = startFacts.find(fact => fact in facts)
  return name === undefined ? from : String(facts[name])
}

export function computeUrgency({ severity, status }: AlertSum): AlertStatement['urgency'] {
  if (status === 'resolved' || status === 'retracted') return 'past'
  return severity === 'moderate' ? 'expected' : 'immediate'
}

function formatStart(day: string): string {
  return `${day}T00:00:00.000Z`
}

function formatEnd(day: string): string {
  return `${day}T23:59:59.999Z`
}

const unknown = '–'
const maxLength = 500
const groupPrefix = 'group.'

interface OwnHeadlineWords {
  readonly title: string
  /** Headline and name of the measure, of the definition. */
  readonly headline: string
  readonly measure: string
}

/** `values`: those of the definition's own texts. Names of groups that the alert lacks become a dash. */
function fillOwnHeadline(
  template: string,
  { group, levels, value, threshold, baseline }: AlertSum,
  { title, headline, measure }: OwnHeadlineWords,
  values: Readonly<Record<string, LazyValue | undefined>>,
  language: Language
): string {
  const groupNames = listPlaceholders(template).filter(name => name.startsWith(groupPrefix))
  const groups = groupNames.map(name => {
    const member = name.slice(groupPrefix.length)
    const stated = group[member] ?? unknown
    // The group has the code of an area, for programs.
    const isArea = member === 'admin1' || member === 'country'
    return [name, isArea && stated !== unknown ? findAreaName(stated, language) : stated]
  })
  const own = {
    ...{ title, headline, level: levels.length },
    'measure.name': measure,
    'measure.value': value,
    'measure.threshold': threshold,
    'measure.baseline': baseline ?? unknown
  }
  const all = { ...values, ...own, ...Object.fromEntries(groups) }
  return fillTemplate(template, all, language).slice(0, maxLength)
}
