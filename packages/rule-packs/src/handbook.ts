// The generated part of RULES.md: patterns with their parameters and examples, each example run;
// blocks; the names for predicates and headlines. A test keeps the document equal; `npm test --
// packages/rule-packs -u` writes it.

import type { AlertState } from '@tocsin/domain/alert/alert'
import { usualSeverities } from '@tocsin/domain/detection/detection'
import { headlineNames } from '@tocsin/domain/detection/headline-template'
import type {
  AnyPattern,
  Parameter,
  PatternExample,
  PatternWords
} from '@tocsin/domain/detection/pattern'
import {
  blocks,
  cataloguedPatterns,
  compoundPatterns,
  patterns
} from '@tocsin/domain/patterns/pattern-catalogue'
import { predicateVariables } from '@tocsin/domain/predicate/incident-variables'
import type { Severity } from '@tocsin/domain/record/severity'
import { countMost, rangeOf } from '@tocsin/domain/rule/rule-check'
import { dayMs, formatTime, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { toPackExample } from './default-pack.ts'
import type { ExampleLocation, ExampleReport, PackExample, PackRule, RulePack } from './pack.ts'
import { computeExampleAlerts } from './pack-examples.ts'

type CataloguedPattern = Pick<
  AnyPattern,
  'id' | 'words' | 'parameters' | 'examples' | 'severities' | 'pagesFrom' | 'clock' | 'baselineDays'
>

/** Maximum number of an example's reports that are listed; of more, only the count is given. */
const reportsShown = 6
const defaultsShown = 130
/** More than the lateness of the examples' source, days. */
const laterDays = 4

/** The patterns of the catalogue. Pure; runs their examples. */
export function renderPatterns(): string {
  return cataloguedPatterns
    .map(id => renderSection((patterns.get(id) ?? compoundPatterns.get(id)) as CataloguedPattern))
    .join('\n\n')
}

/** The building blocks, over incidents and over findings. */
export function renderBlocks(): string {
  const overFindings = [...compoundPatterns.keys()].filter(id => id.startsWith('findings-'))
  return [
    ...blocks.map(renderSection),
    `Over findings of other rules: ${overFindings.map(id => `\`${id}\``).join(', ')}. They have the parameters of the blocks of the same name, and \`of\`: names of patterns or ids of rules over incidents. ` +
      'Each finding counts once, at its entry. A name that no rule answers in a theatre of the rule is refused: it would never find anything. Nor is a rule withdrawn, or taken elsewhere, while another names it and no other answers: change that one first. ' +
      'The rules of a pack may stand in any order; `rules lint` says what a pack names and does not have.'
  ].join('\n\n')
}

/** The variables of a predicate. */
export function renderVariables(): string {
  const rows = Object.entries(predicateVariables).map(([name, { type, meaning }]) => [
    `\`${name}\``,
    type,
    meaning
  ])
  return renderTable(['variable', 'type', 'means'], rows)
}

/** The names in a headline. */
export function renderHeadlineNames(): string {
  return headlineNames.map(name => `\`{${name}}\``).join(', ')
}

function renderSection(pattern: CataloguedPattern): string {
  const { id, words, examples } = pattern
  if (words === undefined) throw new Error(`${id} has no words`)
  const fires = examples.find(({ expect }) => expect.length > 0)
  const silent = examples.find(({ expect }) => expect.length === 0)
  return [
    `### ${id}`,
    words.says,
    ...renderFacts(pattern, words),
    renderTable(
      ['parameter', 'default', 'unit', 'range', 'means', 'source'],
      Object.entries(pattern.parameters).map(renderParameter)
    ),
    ...(fires === undefined ? [] : [renderExample(pattern, fires)]),
    ...(silent === undefined ? [] : [renderExample(pattern, silent)])
  ].join('\n\n')
}

function renderFacts(
  pattern: CataloguedPattern,
  { levels, ends, comesBack }: PatternWords
): string[] {
  const days = pattern.baselineDays?.(getDefaults(pattern) as never) ?? 0
  const facts = [
    `- Severity by level: ${describeSeverities(pattern.severities ?? usualSeverities)}.`,
    `- Escalates: ${levels}`,
    `- Pages: ${describePages(pattern)}.`,
    `- Ends: ${ends}`,
    `- Reopens after a withdrawal: ${comesBack}`,
    ...(pattern.clock === 'watermark'
      ? ['- Depends on absence: it waits until the watermark has passed the time.']
      : []),
    ...(days === 0
      ? []
      : [`- Warming until the theatre has ${days} days of history; until then it raises nothing.`])
  ]
  return [facts.join('\n')]
}

function describePages({ pagesFrom = 'minor' }: CataloguedPattern): string {
  return pagesFrom === 'minor'
    ? 'when it is raised, escalates or reopens'
    : `the same, but only ${pagesFrom} and above; below that it is sent as an update`
}

function describeSeverities(severities: readonly Severity[]): string {
  return severities
    .map((severity, i) => `${i + 1}${i === severities.length - 1 ? ' and more' : ''} ${severity}`)
    .join(', ')
}

function renderParameter([name, parameter]: readonly [string, Parameter<unknown>]): string[] {
  const { default: usual, unit, meaning, source } = parameter
  const text = JSON.stringify(usual)
  const shown =
    text.length <= defaultsShown
      ? `\`${text}\``
      : `${(usual as readonly unknown[]).length} items, listed by \`tocsin rules patterns\``
  return [`\`${name}\``, shown, unit, describeRange(parameter), meaning, renderLink(source)]
}

/** A source with links to the documents that it names. */
function renderLink(source: string): string {
  return source.replace(/[a-z-]+\.md#[a-z-]+/g, place => `[${place}](../../infra/docs/${place})`)
}

/** Only numbers have a range, alone or in a list. */
function describeRange(parameter: Parameter<unknown>): string {
  const usual: unknown = Array.isArray(parameter.default) ? parameter.default[0] : parameter.default
  if (typeof usual !== 'number') return '-'
  const { least, most, isWhole } = rangeOf({ ...parameter, default: usual })
  const range = most === countMost ? `${least} or more` : `${least} to ${most.toLocaleString('en')}`
  return isWhole ? `${range}, whole` : range
}

function renderExample(pattern: CataloguedPattern, example: PatternExample): string {
  const fires = example.expect.length > 0
  const plain = toPackExample(pattern, example)
  const written =
    fires && listOpenAlerts(pattern, plain).length === 0 ? withLaterWord(plain) : plain
  const alerts = listOpenAlerts(pattern, written)
  if (fires !== alerts.length > 0)
    throw new Error(
      `${pattern.id}: the reports of "${example.name}" do not give the stated outcome`
    )
  const more = written.reports.length - reportsShown
  const reports = [
    ...(more > 0 ? written.reports.slice(0, reportsShown) : written.reports).map(reportLine),
    ...(more > 0 ? [`- and ${more} more like these`] : [])
  ]
  const outcome = fires ? alerts.map(renderAlert).join('\n\n') : `No alert on ${written.until}.`
  return [`*${toTitle(example.name)}:*`, reports.join('\n'), outcome].join('\n\n')
}

/**
 * Absence counts only once the source has reported later days: this adds such a report, of a kind
 * that no rule reads.
 */
function withLaterWord(example: PackExample): PackExample {
  const day = (n: number) => formatTime(parseTimeMs(example.until) + n * dayMs).slice(0, 10)
  const word: ExampleReport = {
    at: day(laterDays),
    category: 'statistic',
    location: { country: 'AQ' }
  }
  return { ...example, reports: [...example.reports, word], until: day(laterDays + 1) }
}

function renderAlert({ headline, explanation, severity, levels, window }: AlertState): string {
  const reached = levels.map(({ level, reason }) => `level ${level}: ${reason}`).join('; ')
  const state = window.to === null ? 'open' : `ended ${window.to.slice(0, 10)}`
  return `> **${headline}** (${severity}; ${state}; ${reached})\n>\n> ${explanation}`
}

function listOpenAlerts(pattern: CataloguedPattern, example: PackExample): readonly AlertState[] {
  const rules = cataloguedPatterns.map(findRule)
  const rule = rules.find(({ draft }) => draft.pattern === pattern.id) ?? findRule(pattern.id)
  const pack: RulePack = {
    id: 'handbook',
    title: 'Handbook',
    description: null,
    falseAlarmsPerYear: null,
    rules
  }
  return computeExampleAlerts(pack, rule, example)
}

function findRule(pattern: string): PackRule {
  return {
    draft: { ruleId: pattern, pattern, parameters: {} },
    enabled: true,
    examples: [],
    line: 1
  }
}

function reportLine(report: ExampleReport): string {
  const {
    at,
    to,
    category,
    tactics = [],
    location,
    actors = [],
    source,
    fatalities,
    persons = [],
    targets = [],
    credibility
  } = report
  const when = to === undefined || to === at ? at : `${at} to ${to}`
  const deaths =
    fatalities === undefined
      ? []
      : [
          `deaths ${[fatalities.low, fatalities.best, fatalities.high].map(n => n ?? '?').join('/')}`
        ]
  const parts = [
    [category, ...tactics].join(' + '),
    `at ${renderPlace(location)}`,
    ...(actors.length === 0
      ? []
      : [`by ${actors.map(actor => (typeof actor === 'string' ? actor : actor.name)).join(', ')}`]),
    ...(targets.length === 0 ? [] : [`against ${targets.join(', ')}`]),
    ...(persons.length === 0
      ? []
      : [
          `of ${persons.map(({ kind, role }) => [kind, role].filter(Boolean).join(' ') || 'a person').join(', ')}`
        ]),
    ...deaths,
    ...(credibility === undefined ? [] : [`credibility ${credibility}`]),
    ...(source === undefined ? [] : [`says source ${source}`])
  ]
  return `- ${when}: ${parts.join(', ')}`
}

function renderPlace({ name, admin1, country, lat, lon }: ExampleLocation): string {
  const where = [name, admin1 ?? country].filter(Boolean).join(', ')
  return name === undefined && lat !== undefined ? `${lat} ${lon} in ${where}` : where
}

function getDefaults({ parameters }: CataloguedPattern): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      (parameter as Parameter<unknown>).default
    ])
  )
}

function toTitle(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function renderTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}
