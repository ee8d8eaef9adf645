// The section of a rule in the handbook of rule authors, up to its examples: its summary, its
// severities, its ends and its parameters, in Markdown.

import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { AnyRuleDefinition, Parameter, Rule } from './definition.ts'
import { countMax, readRange } from './parameter-faults.ts'

export const usualSeverities: readonly Severity[] = ['moderate', 'severe', 'extreme']
/** Defaults with more characters are counted instead. */
const shownDefaultMax = 130

export function renderHandbookSection(definition: AnyRuleDefinition): string {
  const { id, handbook, parameters } = definition
  const columns = ['parameter', 'default', 'unit', 'range', 'means', 'source']
  return [
    `### ${id}`,
    handbook.says,
    renderFacts(definition),
    renderTable(columns, Object.entries(parameters).map(renderParameter))
  ].join('\n\n')
}

function renderFacts(definition: AnyRuleDefinition): string {
  const { handbook, severities = usualSeverities, pagesFrom = 'minor' } = definition
  const rule = makeUsual(definition)
  const { warmUpDays = 0 } = rule
  const lines = [
    `- Severity by level: ${describeSeverities(severities)}.`,
    `- Escalates: ${handbook.levels}`,
    `- Pages: ${describePages(pagesFrom)}.`,
    `- Ends: ${handbook.ends}`,
    `- Reopens after a withdrawal: ${handbook.comesBack}`
  ]
  if ('clock' in rule && rule.clock === 'watermark')
    lines.push('- Depends on absence: it waits until the watermark has passed the time.')
  if (warmUpDays > 0)
    lines.push(
      `- Warming until the theatre has ${warmUpDays} days of history; until then it raises nothing.`
    )
  return lines.join('\n')
}

/** The law with the defaults. */
function makeUsual({ id, parameters, make }: AnyRuleDefinition): Rule {
  const defaults = Object.entries(parameters).map(([name, one]) => [name, one.default])
  return make(Object.fromEntries(defaults) as never, { id, pattern: id })
}

function describePages(pagesFrom: Severity): string {
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
    text.length <= shownDefaultMax
      ? `\`${text}\``
      : `${(usual as readonly unknown[]).length} items, listed by \`tocsin rules patterns\``
  return [`\`${name}\``, shown, unit, describeRange(parameter), meaning, linkDocuments(source)]
}

function linkDocuments(source: string): string {
  return source.replace(/[a-z-]+\.md#[a-z-]+/g, place => `[${place}](../../infra/docs/${place})`)
}

/** Only numbers have a range, alone or in a list. */
function describeRange(parameter: Parameter<unknown>): string {
  const usual: unknown = Array.isArray(parameter.default) ? parameter.default[0] : parameter.default
  if (typeof usual !== 'number') return '-'
  const { min, max, isWhole } = readRange(parameter)
  const range = max === countMax ? `${min} or more` : `${min} to ${max.toLocaleString('en')}`
  return isWhole ? `${range}, whole` : range
}

export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[]
): string {
  const renderLine = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`
  return [renderLine(columns), renderLine(columns.map(() => '---')), ...rows.map(renderLine)].join(
    '\n'
  )
}
