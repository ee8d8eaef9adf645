// A rule as the text that is edited and as a form over it, and what its preview or backtest found.
// Pure.

import type { PackFault } from '@tocsin/rule-packs/pack-fault'
import { readPositionedYaml } from '@tocsin/rule-packs/placed-yaml'
import { parseDocument, stringify } from 'yaml'
import type { PlacedAlert } from '../map/shown-places.ts'
import type {
  AlertSketch,
  FieldFault,
  NearMiss,
  PreviewedMonth,
  Rule,
  RulePreview
} from '../shown/answers.ts'
import { type Severity, severityRank } from '../shown/shown-alert.ts'
import { language, words } from '../words/words.ts'
import { collectFaults, type Faults } from './field-table.ts'

export interface TypedFault {
  readonly line: number
  readonly column: number
  readonly detail: string
  /** Of the member that it is about, if the suite found it. */
  readonly pointer?: string
}

/** `/rules/0/id` of a value in which `rules` is a list: `['rules', 0, 'id']`. */
function readPath(pointer: string, value: unknown): PackFault['path'] {
  const path: (string | number)[] = []
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const step = Array.isArray(at) ? Number(name) : name
    path.push(step)
    at =
      typeof at === 'object' && at !== null
        ? (at as Readonly<Record<string | number, unknown>>)[step]
        : undefined
  }
  return path
}

/** What a rule is made of, in the order in which it is read. */
const members = [
  'title',
  'pattern',
  'parameters',
  'where',
  'groupBy',
  'severities',
  'headline',
  'notify',
  'theatres',
  'budgets'
] as const

export const newRuleText = 'title: \npattern: \nparameters: {}\n'
export const ruleIdPattern = /^[a-z0-9][a-z0-9-]{0,63}$/

/** The declared members, without defaults of the pattern. */
export function formatRule(rule: Readonly<Record<string, unknown>>): string {
  return stringify(
    Object.fromEntries(
      members.flatMap(name => (rule[name] === undefined ? [] : [[name, rule[name]]]))
    )
  )
}

export type ReadRule =
  | {
      readonly kind: 'rule'
      readonly body: Readonly<Record<string, unknown>>
      readonly faultsOf: (told: readonly FieldFault[]) => readonly TypedFault[]
    }
  | { readonly kind: 'faults'; readonly faults: readonly TypedFault[] }

/** The body that a text represents, and the lines of what the suite refuses. */
export function readRule(text: string): ReadRule {
  // JSON is YAML too.
  const read = readPositionedYaml(new TextEncoder().encode(text))
  if (!read.ok) return { kind: 'faults', faults: read.faults }
  const { value, keyPositionOf } = read.data
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'faults', faults: [{ line: 1, column: 1, detail: words.rules.noRule }] }
  }
  // Empty fields are not sent, so that the pattern's defaults apply.
  const body = Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== null && member !== '')
  )
  return {
    kind: 'rule',
    body,
    faultsOf: told =>
      told
        .map(({ pointer: at, detail }) => {
          // A preview has the rule in a list.
          const pointer = at.replace(/^\/rules\/0/, '')
          return { ...keyPositionOf(readPath(pointer, value)), detail, pointer }
        })
        .sort((a, b) => a.line - b.line || a.column - b.column)
  }
}

export type RuleState = 'failing' | 'short' | 'warming' | 'runs'

export function findRuleState({
  failing,
  warming,
  retainedTooShort = [],
  namesNoRule = []
}: Rule): RuleState {
  if (failing.count > 0) return 'failing'
  if (retainedTooShort.length + namesNoRule.length > 0) return 'short'
  return warming.length > 0 ? 'warming' : 'runs'
}

const isWrong = (rule: Rule) => ['failing', 'short'].includes(findRuleState(rule))

/** What fails, or sees too little, first; then by name. */
export function rulesInOrder(all: readonly Rule[], text: string): readonly Rule[] {
  const sought = text.trim().toLowerCase()
  return all
    .filter(({ ruleId, title = '', pattern }) =>
      [ruleId, title, pattern].some(each => each.toLowerCase().includes(sought))
    )
    .sort((a, b) => {
      return (
        Number(isWrong(b)) - Number(isWrong(a)) ||
        (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0)
      )
    })
}

/** A parameter as the form shows it; one of another kind is changed in the YAML. */
export interface FormParameter {
  readonly name: string
  readonly kind: 'number' | 'text' | 'list' | 'check'
  readonly value: unknown
  readonly title: string
  readonly unit: string
  readonly meaning: string
}

/** Texts by the path of the member, such as `parameters/heldDays`; checks are true or false. */
export type RuleFields = Readonly<Record<string, string | boolean>>

const textMembers = ['title', 'pattern', 'where', 'notify'] as const
const listMembers = ['severities', 'theatres'] as const
const parameterPath = 'parameters/'

/** In the officer's language, where Tocsin has its words in it. */
export function readParameter(parameter: Rule['inForce'][number]): Rule['inForce'][number] {
  return language.value === 'en'
    ? parameter
    : { ...parameter, ...parameter.inLanguages[language.value] }
}

export function listParameters(inForce: Rule['inForce']): readonly FormParameter[] {
  return inForce.map(readParameter).flatMap(({ name, value, title, unit, meaning }) => {
    const kind = findKind(value)
    return kind === null ? [] : [{ name, kind, value, title, unit, meaning }]
  })
}

function findKind(value: unknown): FormParameter['kind'] | null {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'check'
  if (typeof value === 'string') return 'text'
  return Array.isArray(value) && value.every(item => typeof item !== 'object') ? 'list' : null
}

/** Null: the text is no YAML of a rule, and is mended as text. */
export function readFields(text: string, parameters: readonly FormParameter[]): RuleFields | null {
  const document = parseDocument(text)
  const rule: unknown = document.errors.length > 0 ? null : document.toJS()
  if (!isRecord(rule)) return null
  const set = isRecord(rule.parameters) ? rule.parameters : {}
  return Object.fromEntries([
    ...[...textMembers, ...listMembers].map(name => [name, write(rule[name])]),
    ...parameters.map(({ name, kind, value }) => [
      `${parameterPath}${name}`,
      kind === 'check' ? (set[name] ?? value) === true : write(set[name])
    ])
  ])
}

/** The text with one field changed. An empty field is left out: the default applies. */
export function writeField(
  text: string,
  path: string,
  typed: string | boolean,
  parameters: readonly FormParameter[]
): string {
  const document = parseDocument(text)
  const at = path.split('/')
  const value = parseField(path, typed, parameters)
  // An empty map, such as `parameters: {}`, is on one line.
  const parent = document.getIn(at.slice(0, -1))
  if (isFlow(parent) && parent.items.length === 0) parent.flow = false
  if (value === '') document.deleteIn(at)
  else document.setIn(at, value)
  return document.toString()
}

function parseField(
  path: string,
  typed: string | boolean,
  parameters: readonly FormParameter[]
): unknown {
  if (typeof typed === 'boolean') return typed
  const parameter = parameters.find(({ name }) => path === `${parameterPath}${name}`)
  const isList = parameter?.kind === 'list' || listMembers.some(name => name === path)
  if (!isList) return parameter?.kind === 'number' ? readNumber(typed) : typed
  const items = typed.split(',').map(item => item.trim())
  const known = items.filter(item => item !== '')
  const isOfNumbers = Array.isArray(parameter?.value) && typeof parameter.value[0] === 'number'
  return known.length === 0 ? '' : isOfNumbers ? known.map(readNumber) : known
}

/** An invalid number is sent as it is, so that Tocsin reports the fault. */
function readNumber(typed: string): number | string {
  const number = Number(typed.replace(',', '.'))
  return typed.trim() === '' || Number.isNaN(number) ? typed.trim() : number
}

/** The faults next to the fields that the form shows. */
export function fieldFaults(faults: readonly TypedFault[], fields: RuleFields): Faults {
  const errors = faults.flatMap(({ pointer, detail }) =>
    pointer === undefined ? [] : [{ pointer, detail }]
  )
  return collectFaults({ detail: '', errors }, Object.keys(fields))
}

function write(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFlow(node: unknown): node is { flow: boolean; readonly items: readonly unknown[] } {
  return isRecord(node) && 'flow' in node && Array.isArray(node.items)
}

export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new'
  readonly line: string
}

/** By the longest common list of lines. O(lines of one times lines of the other). */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before, after].map(text => text.split('\n').filter(line => line !== '')) as [
    string[],
    string[]
  ]
  // common[i][j]: of the lines from i and from j on.
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const from = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (common[i] as Uint32Array)[j] =
        a[i] === b[j] ? from(i + 1, j + 1) + 1 : Math.max(from(i + 1, j), from(i, j + 1))
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', line: b[j++] as string })
      i++
    } else if (j >= b.length || (i < a.length && from(i + 1, j) >= from(i, j + 1)))
      lines.push({ kind: 'gone', line: a[i++] as string })
    else lines.push({ kind: 'new', line: b[j++] as string })
  }
  return lines
}

export const previewKinds = ['appear', 'change', 'vanish'] as const
export type PreviewKind = (typeof previewKinds)[number]

export interface NamedSketch {
  /** Unique in a preview. */
  readonly id: string
  readonly theatre: string
  readonly sketch: AlertSketch
  /** Its present state, for an alert that would change. */
  readonly before: AlertSketch | null
}

/** All listed differences of a kind, theatre by theatre. */
export function computeSketches(
  { theatres }: Pick<RulePreview, 'theatres'>,
  kind: PreviewKind
): readonly NamedSketch[] {
  return theatres.flatMap(preview => {
    const { theatre } = preview
    const pairs =
      kind === 'change'
        ? preview.change.map(({ before, after }) => ({ sketch: after, before }))
        : preview[kind].map(sketch => ({ sketch, before: null }))
    return pairs.map((pair, i) => ({ id: `${kind}-${theatre}-${i}`, theatre, ...pair }))
  })
}

/** The first kind with entries; null if the preview changes no alert. */
export function findFirstKind(preview: Pick<RulePreview, 'theatres'>): PreviewKind | null {
  return (
    previewKinds.find(kind => preview.theatres.some(theatre => theatre[kind].length > 0)) ?? null
  )
}

/** What the map draws for them. */
export function placedSketches(sketches: readonly NamedSketch[]): readonly PlacedAlert[] {
  return sketches.map(({ id, sketch: { severity, area, triggers, pattern } }) => ({
    ...{ alertId: id, severity, area, ...(pattern == null ? {} : { pattern }) },
    evidenceCount: { triggers }
  }))
}

export interface ChartPoint {
  readonly id: string
  readonly ms: number
  readonly value: number
  readonly threshold: number
  /** `vanish`: it would be retracted; `near`: it did not reach the threshold. */
  readonly kind: 'alert' | 'vanish' | 'near'
  /** Null for what nearly fired. */
  readonly severity: Severity | null
  readonly what: string
}

export type RuleChart = NonNullable<ReturnType<typeof makeChart>>

/** Null: no data. `near`: what nearly fired. `threshold`: null where each alert has its own. */
export function makeChart(
  preview: Pick<RulePreview, 'theatres'> | null,
  near: readonly NearMiss[]
) {
  const listed =
    preview === null
      ? []
      : [
          ...(['appear', 'change'] as const).flatMap(kind => computeSketches(preview, kind)),
          ...computeSketches(preview, 'vanish')
        ]
  const points: readonly ChartPoint[] = [
    ...listed.map(({ id, sketch }) => computePoint(id, sketch)),
    ...near.map(({ group, measure, lastAt }, i) => ({
      ...{ id: `near-${i}`, ms: Date.parse(lastAt), severity: null, kind: 'near' as const },
      ...{ value: measure.value, threshold: measure.threshold },
      what: Object.values(group).join(', ')
    }))
  ].sort((a, b) => a.ms - b.ms)
  const measure = listed[0]?.sketch.measure ?? near[0]?.measure
  if (measure === undefined) return null
  const threshold = points.every(each => each.threshold === measure.threshold)
    ? measure.threshold
    : null
  return { points, measure: measure.name, threshold }
}

function computePoint(
  id: string,
  { measure, window, severity, headline }: AlertSketch
): ChartPoint {
  return {
    ...{ id, ms: Date.parse(window.from), value: measure.value, threshold: measure.threshold },
    ...{ severity, what: headline, kind: id.startsWith('vanish') ? 'vanish' : 'alert' }
  }
}

export type BacktestBar = ReturnType<typeof computeBars>[number]

const yearMs = 365.25 * 86_400_000
/** With more years than this, the first are left out. */
const yearsMax = 60

const computeYear = (month: string) => month.slice(0, 4)
const computeQuarter = (month: string) =>
  `${computeYear(month)} Q${Math.ceil(Number(month.slice(5)) / 3)}`
/** The finest that does not make a long table, by the number of months. */
const scales = [
  { most: 14, periodOf: (month: string) => month },
  { most: 40, periodOf: computeQuarter }
]

/** `sinceMs`: the first incident looked at. `perYear`: null for less than half a year. */
export function backtestSum({ theatres }: Pick<RulePreview, 'theatres'>, nowMs: number) {
  const months = theatres.flatMap(theatre => theatre.months)
  const total = months.reduce((all, month) => all + computeCount(month), 0)
  const begins = theatres.flatMap(({ since }) => (since === null ? [] : [Date.parse(since)]))
  if (begins.length === 0) return { total, sinceMs: null, perYear: null, bars: [] }
  // An alert may rest on what its rule brings along: it may begin before the first incident.
  const sinceMs = Math.min(...begins, ...months.map(({ month }) => Date.parse(`${month}-01`)))
  const years = (nowMs - sinceMs) / yearMs
  return {
    total,
    sinceMs,
    perYear: years < 0.5 ? null : total / years,
    bars: computeBars(months, sinceMs, nowMs)
  }
}

/** A bar for each period (`2026-03`, `2026 Q1`, `2026`) up to now; gravest alerts first. */
function computeBars(months: readonly PreviewedMonth[], sinceMs: number, nowMs: number) {
  const all = monthsBetween(
    sinceMs,
    Math.max(nowMs, ...months.map(({ month }) => Date.parse(`${month}-01`)))
  )
  const periodOf = scales.find(({ most }) => all.length <= most)?.periodOf ?? computeYear
  return [...new Set(all.map(periodOf))].slice(-yearsMax).map(period => {
    const own = months.filter(({ month }) => periodOf(month) === period)
    const alerts = new Map<Severity, number>()
    for (const { alerts: counts } of own)
      for (const [severity, count] of Object.entries(counts) as [Severity, number][])
        alerts.set(severity, (alerts.get(severity) ?? 0) + count)
    const gravestFirst = [...alerts].sort(([a], [b]) => severityRank(b) - severityRank(a))
    return {
      period,
      total: own.reduce((sum, month) => sum + computeCount(month), 0),
      alerts: gravestFirst.map(([severity, count]) => ({ severity, count }))
    }
  })
}

function computeCount({ alerts }: PreviewedMonth): number {
  return Object.values(alerts).reduce((sum, count) => sum + count, 0)
}

function monthsBetween(fromMs: number, toMs: number): string[] {
  const first = new Date(fromMs)
  const months: string[] = []
  for (let n = 0; ; n++) {
    const month = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + n, 1))
    if (month.getTime() > toMs) return months
    months.push(month.toISOString().slice(0, 7))
  }
}
