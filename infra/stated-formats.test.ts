// The lists and numbers in formats.md, interface.md, core-idea.md and shape.md are those of the
// code: words, members, events, codes, waits, scopes, topics.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { alertFormat } from '../packages/contracts/src/alert/alert.ts'
import { filterNames } from '../packages/contracts/src/alert/alert-filter.ts'
import { closeCodes } from '../packages/contracts/src/asyncapi/close-codes.ts'
import { readBody } from '../packages/contracts/src/format/setting.ts'
import { scopes } from '../packages/contracts/src/record/control-record.ts'
import { recordSchemas } from '../packages/contracts/src/record/record-schemas.ts'
import { postedReportFormat } from '../packages/contracts/src/report/posted-report.ts'
import {
  scheduleBySeverity,
  scheduleForMs,
  scheduleLengthMax,
  slowWaitMs
} from '../packages/contracts/src/subscription/retry-schedule.ts'
import { subscriptionAsked } from '../packages/contracts/src/subscription/subscription-settings.ts'
import { categories, tactics } from '../packages/contracts/src/theatre/report.ts'
import {
  defaultRetentionDays,
  retentionDaysMin
} from '../packages/contracts/src/theatre/retention.ts'
import { undeclaredSource } from '../packages/contracts/src/theatre/theatre-record.ts'
import { maxEvidence } from '../packages/engine/src/render/statement.ts'
import { topics } from '../packages/event-log/src/topics.ts'
import {
  downAfterFailures,
  parkedProbeWaitMs,
  refusalWaitsMs
} from '../services/notifier/src/notification/endpoint-health.ts'
import { freshForMs } from '../services/notifier/src/notification/next-delivery.ts'

const page = (name: string) => readFileSync(new URL(`docs/${name}`, import.meta.url), 'utf8')
const [formats, face, idea, shape, patterns] = [
  'formats.md',
  'interface.md',
  'core-idea.md',
  'shape.md',
  'patterns.md'
].map(page) as [string, string, string, string, string]

/** What stands below a heading, up to the next. */
function below(text: string, heading: string): string {
  const [, after = ''] = text.split(new RegExp(`^#+ ${heading}$`, 'm'))
  return after.split(/^#/m)[0] as string
}

/** Words in backticks, in order. */
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(match => match[1] as string)
/** Words in backticks in the first column of the tables. */
const firstColumn = (text: string) =>
  [...text.matchAll(/^\| ([^|]*)/gm)].flatMap(match => quoted(match[1] as string))
const sorted = (words: Iterable<string>) => [...words].sort()

it('names the categories and the tactics', () => {
  const [, list = ''] = /^Categories: (.*?)\./ms.exec(formats) ?? []
  expect(quoted(list)).toEqual([...categories])
  const read = quoted(below(patterns, 'Tactics')).filter(word => word !== 'other:<word>')
  expect(sorted(read)).toEqual(sorted(tactics))
})

it('names every member of a report, and which are required', () => {
  const rows = [...below(formats, 'A report').matchAll(/^\| `(\w+)[^|]*\|[^|]*\| ([^|]*?) +\|/gm)]
  expect(rows.map(([, name]) => name)).toEqual(Object.keys(postedReportFormat.properties))
  const required = rows.filter(([, , without]) => without === 'required').map(([, name]) => name)
  expect(required).toEqual(postedReportFormat.required)
})

/** Members of a statement that no record has. */
const countedForReaders = ['evidenceCount', 'evidenceLost']

it('names every member of an alert', () => {
  expect(sorted(firstColumn(below(formats, 'An alert event')))).toEqual(
    sorted([...Object.keys(alertFormat.properties), ...countedForReaders])
  )
})

it('names every event', () => {
  const told = quoted(below(formats, 'Records') + below(formats, 'An alert event')).filter(word =>
    /^[a-z-]+\.[a-z-]+$/.test(word)
  )
  const made = told.filter(
    word => !word.startsWith('delivery.') && word !== 'alert.left-view' && word !== 'alert.v1'
  )
  expect(sorted(new Set(made))).toEqual(sorted(recordSchemas.keys()))
})

it('names the close codes with what they say', () => {
  const told = Object.fromEntries(
    [...below(formats, 'Close codes').matchAll(/^\| (\d{4}) \| (.*?) +\|$/gm)].map(m => [
      m[1],
      m[2]
    ])
  )
  expect(Object.keys(told)).toEqual(Object.keys(closeCodes))
  for (const [code, words] of Object.entries(closeCodes))
    expect(words).toMatch(new RegExp(`^${told[code]}`))
})

it('knows every close code that is written in the notifier and its clients', () => {
  const folders = [
    'services/notifier/src/stream',
    'services/console/src/state',
    'packages/client/src'
  ]
  const files = folders.flatMap(folder => {
    const at = new URL(`../${folder}/`, import.meta.url)
    return readdirSync(at, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => readFileSync(new URL(name, at), 'utf8'))
  })
  const written = files.flatMap(text =>
    [...text.matchAll(/\b(?:end|close|End)\w*\(.*?\b(4\d{3})\b/g)].map(match => match[1])
  )
  expect(written).toContain('4501')
  expect(written.filter(code => !Object.hasOwn(closeCodes, String(code)))).toEqual([])
})

it('names the waits between attempts', () => {
  const lists = (
    /extreme alert the waits between attempts are ([\d, and]+) s, ([\d, and]+) min, then 5 min for 3 days/.exec(
      formats
    ) ?? []
  ).slice(1)
  const waits = lists.flatMap((list, i) =>
    (list.match(/\d+/g) ?? []).map(count => Number(count) * (i === 0 ? 1000 : 60_000))
  )
  expect(waits).toEqual([...scheduleBySeverity.extreme.waitsMs])
  expect([slowWaitMs, scheduleForMs]).toEqual([5 * 60_000, 3 * 86_400_000])
  expect(formats).toContain(`up to ${scheduleLengthMax} waits in seconds`)
  expect(formats).toContain(`waited for more than ${freshForMs / 1000} s`)
  expect(formats).toContain(`After ${downAfterFailures} failures in a row it is down`)
  expect(formats).toContain(
    `tried again after ${refusalWaitsMs
      .map(ms => ms / 1000)
      .join(', ')
      .replace(/, (\d+)$/, ' and $1')} s, then every ${parkedProbeWaitMs / 60_000} min`
  )
})

it('names the settings of a webhook, and which may be left out', () => {
  const { required, properties } = readBody(subscriptionAsked)
  const stated = Object.keys(properties).map(
    name => `"${name}"${required.includes(name) ? '' : '?'}`
  )
  expect(below(face, 'Webhook subscriptions')).toContain(`\`{${stated.join(', ')}}\``)
})

it('names scopes, filters and topics', () => {
  expect(firstColumn(below(face, 'Signing in'))).toEqual([...scopes])
  expect(quoted(below(face, 'Filters')).filter(word => !word.startsWith('['))).toEqual([
    ...filterNames
  ])
  expect(sorted(firstColumn(below(shape, 'Logs')))).toEqual(sorted(Object.values(topics)))
})

it('names the numbers of the core idea', () => {
  expect(idea).toContain(`R is ${defaultRetentionDays} days`)
  expect(idea).toContain(`and ${retentionDaysMin} at least`)
  expect(idea).toContain(`names at most ${maxEvidence} incidents`)
  const { reliability, cadenceDays, latenessDays } = undeclaredSource
  expect(idea).toMatch(
    new RegExp(
      `has reliability ${reliability}, a cadence of ${cadenceDays} days and a lateness of ${latenessDays}\\.`
    )
  )
})
