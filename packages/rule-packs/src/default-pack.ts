// The pack `default`, generated from the catalogue: the rules of an empty theatre with every parameter,
// and the patterns' own examples. A test keeps packs/default.yaml equal to this.

import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs, formatTime, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import type { ExampleIncident, Parameter, RuleExample } from '@tocsin/engine/rules/definition'
import type { RuleBase } from '@tocsin/engine/rules/rule-base'
import { isIncidentPattern } from '@tocsin/engine/theatre/rule-check'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import type { ExampleReport, PackExample } from './pack.ts'
import { runExamples } from './pack-examples.ts'
import { formatFault } from './pack-fault.ts'
import { readPack } from './pack-file.ts'

/** The text of the pack. Pure: the same catalogue gives the same bytes. */
export function renderDefaultPack(): string {
  const reading = readPack(Buffer.from(renderWithout(new Set())))
  if (!reading.ok)
    throw new Error(
      `the catalogue does not give a valid pack: ${reading.faults.map(fault => formatFault('default', fault)).join('; ')}`
    )
  const failed = [...runExamples(reading.pack)].filter(({ passed }) => !passed)
  return renderWithout(new Set(failed.map(({ ruleId, example }) => buildKey(ruleId, example))))
}

/**
 * `leftOut`: examples whose incidents differ from those that assembly makes of the same reports.
 */
function renderWithout(leftOut: ReadonlySet<string>): string {
  return [
    '# yaml-language-server: $schema=../src/schemas/rule-pack.v1.schema.json',
    '# All patterns of the catalogue with every parameter. Generated from the catalogue: copy what you want to change into your own pack.',
    'version: 1',
    'id: default',
    'title: One calibrated rule, and every pattern',
    'rules:',
    ...defaultRules.flatMap(rule => renderRule(rule, leftOut)),
    ''
  ].join('\n')
}

function buildKey(ruleId: string, example: string): string {
  return `${ruleId}|${example}`
}

function renderRule(
  { pattern: id, notify, ...own }: RuleVersion,
  leftOut: ReadonlySet<string>
): string[] {
  const definition = ruleDefinitions.get(id)!
  const parameters = Object.entries(definition.parameters)
  // A rule over findings depends on other rules: only its definition has examples.
  const examples = isIncidentPattern(id)
    ? definition.examples.filter(({ name }) => !leftOut.has(buildKey(id, name)))
    : []
  return [
    '',
    `  - id: ${id}`,
    `    pattern: ${id}`,
    ...(notify === undefined ? [] : [`    notify: ${notify}`]),
    ...(parameters.length === 0 ? [] : ['    parameters:']),
    ...parameters.flatMap(([name, parameter]) =>
      renderParameters(name, { ...parameter, default: own.parameters[name] ?? parameter.default })
    ),
    ...(examples.length === 0
      ? []
      : ['    examples:', ...examples.flatMap(example => renderExampleLines(id, example))])
  ]
}

function renderParameters(
  name: string,
  { default: usual, unit, meaning, source }: Parameter<unknown>
): string[] {
  return [
    `      # ${toOneLine(`${meaning} (${unit}; ${source})`)}`,
    `      ${name}: ${JSON.stringify(usual)}`
  ]
}

function renderExampleLines(pattern: string, example: RuleExample): string[] {
  return [
    `      - name: ${JSON.stringify(example.name)}`,
    ...renderSince(pattern, example),
    `        until: ${example.horizon}`,
    `        reports:${example.given.length === 0 ? ' []' : ''}`,
    ...example.given.map(incident => `          - ${JSON.stringify(toExampleReport(incident))}`),
    `        expect:${example.expect.length === 0 ? ' []' : ''}`,
    ...example.expect.map(
      ({ group, level, open }) => `          - ${JSON.stringify({ group, level, open })}`
    )
  ]
}

/** An example of a definition in the form of a pack's. */
export function toPackExample(pattern: string, example: RuleExample): PackExample {
  const { name, given, horizon, expect } = example
  return {
    name,
    since: computeSince(pattern, example),
    until: horizon,
    reports: given.map(toExampleReport),
    expect,
    line: 1
  }
}

function renderSince(pattern: string, example: RuleExample): string[] {
  const since = computeSince(pattern, example)
  return since === null ? [] : [`        since: ${since}`]
}

/** A rule with a baseline is warming until the theatre has a past that is long enough. */
function computeSince(pattern: string, { given, horizon }: RuleExample): string | null {
  const version = { ruleId: pattern, ruleVersion: 1, pattern, parameters: {} }
  const { warmUpDays = 0 }: RuleBase = makeRuleSet([version]).byId.get(pattern)!.rule
  if (warmUpDays === 0) return null
  const first = Math.min(parseTimeMs(horizon), ...given.map(({ at }) => parseTimeMs(at)))
  return formatTime(first - (warmUpDays + 1) * dayMs).slice(0, 10)
}

function toExampleReport(incident: ExampleIncident): ExampleReport {
  const {
    at,
    to,
    category,
    tactics,
    settlement,
    admin1,
    country,
    lat,
    lon,
    radiusKm,
    source,
    actor,
    deaths,
    targets
  } = incident
  return omitUndefined({
    at,
    to,
    source,
    category,
    tactics,
    // Defaults of the patterns' examples.
    location: omitUndefined({
      name: settlement,
      country: country ?? 'ML',
      admin1: admin1 ?? 'ML-4',
      lat: lat ?? 14,
      lon: lon ?? -5,
      radiusKm,
      seat: incident.seat
    }),
    actors: actor === undefined ? undefined : [actor],
    targets,
    fatalities:
      deaths === undefined ? undefined : { low: deaths[0], best: deaths[1], high: deaths[2] },
    persons: incident.persons?.map(({ key, role, kind }) =>
      omitUndefined({ key, role: role ?? undefined, kind: kind ?? undefined })
    ),
    credibility: incident.credibility as ExampleReport['credibility']
  }) as unknown as ExampleReport
}

function omitUndefined<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
}

function toOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
