// The generated part of RULES.md: patterns with their parameters and examples, each example run;
// blocks; the names for predicates and headlines. A test keeps the document equal; `npm test --
// packages/rule-packs -u` writes it.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import { dayMs, formatTime, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import {
  blockDefinitions,
  cataloguedPatterns,
  ruleDefinitions
} from '@tocsin/engine/rules/catalogue'
import type { AnyRuleDefinition, RuleExample } from '@tocsin/engine/rules/definition'
import { renderHandbookSection, renderTable } from '@tocsin/engine/rules/handbook-section'
import { predicateVariables } from '@tocsin/engine/rules/predicate-variables'
import { headlineNames } from '@tocsin/engine/theatre/rule-check'
import { toPackExample } from './default-pack.ts'
import type { ExampleLocation, ExampleReport, PackExample, PackRule, RulePack } from './pack.ts'
import { computeExampleAlerts } from './pack-examples.ts'

/** Maximum number of an example's reports that are listed; of more, only the count is given. */
const reportsShown = 6
/** More than the lateness of the examples' source, days. */
const laterDays = 4

/** The patterns of the catalogue. Pure; runs their examples. */
export function renderPatterns(): string {
  return cataloguedPatterns.map(id => renderSection(ruleDefinitions.get(id)!)).join('\n\n')
}

/** The building blocks, over incidents and over findings. */
export function renderBlocks(): string {
  const overFindings = [...ruleDefinitions.keys()].filter(id => id.startsWith('findings-'))
  return [
    ...blockDefinitions.map(renderSection),
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

function renderSection(definition: AnyRuleDefinition): string {
  const { id, examples } = definition
  const fires = examples.find(({ expect }) => expect.length > 0)
  const silent = examples.find(({ expect }) => expect.length === 0)
  return [
    renderHandbookSection(definition),
    ...(fires === undefined ? [] : [renderExample(id, fires)]),
    ...(silent === undefined ? [] : [renderExample(id, silent)])
  ].join('\n\n')
}

function renderExample(pattern: string, example: RuleExample): string {
  const fires = example.expect.length > 0
  const plain = toPackExample(pattern, example)
  const written =
    fires && listOpenAlerts(pattern, plain).length === 0 ? withLaterWord(plain) : plain
  const alerts = listOpenAlerts(pattern, written)
  if (fires !== alerts.length > 0)
    throw new Error(`${pattern}: the reports of "${example.name}" do not give the stated outcome`)
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

function renderAlert({ headline, explanation, severity, levels, window }: AlertStatement): string {
  const reached = levels.map(({ level, reason }) => `level ${level}: ${reason}`).join('; ')
  const state = window.to === null ? 'open' : `ended ${window.to.slice(0, 10)}`
  return `> **${headline}** (${severity}; ${state}; ${reached})\n>\n> ${explanation}`
}

function listOpenAlerts(pattern: string, example: PackExample): readonly AlertStatement[] {
  const rules = cataloguedPatterns.map(findRule)
  const rule = rules.find(({ draft }) => draft.pattern === pattern) ?? findRule(pattern)
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

function toTitle(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
