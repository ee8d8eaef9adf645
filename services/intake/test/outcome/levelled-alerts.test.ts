// Which alerts a report triggers, from events of version 3, as readers of a level have them.

import type { AlertChange } from '@tocsin/contracts/record/alert-event-v3'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { topics } from '@tocsin/event-log/topics'
import { TheatreFolds } from '@tocsin/service/alerts/theatre-folds'
import { TheatreNumbers } from '@tocsin/service/alerts/theatre-numbers'
import { received } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import { beforeEach, expect, it } from 'vitest'
import { LevelledAlerts } from '../../src/outcome/levelled-alerts.ts'

const envelope = { theatre: 'sahel', time: '2026-03-01T12:00:00.000Z' }
const whole = { ruleId: 'siege', ruleVersion: 1, status: 'provisional' } as const

let numbers: TheatreNumbers
let alerts: LevelledAlerts
let folds: TheatreFolds
let position: bigint
beforeEach(() => {
  numbers = new TheatreNumbers()
  folds = new TheatreFolds()
  alerts = new LevelledAlerts(numbers, folds, 2)
  position = 0n
})

/** Counts a report. Returns its id. */
function addReport(externalId: string, handling: Handling): string {
  const revision = aReport({ externalId, handling })
  const record = received(revision)
  const { id, time, theatre } = record
  const value = encodeRecord({ id, source: '/test', time, cause: null, theatre }, record)
  const place = { topic: topics.incidents, partition: 0, position: position++ }
  numbers.count({ ...place, id, key: theatre, value, appendedAt: '' } as never, null)
  return revision.reportId
}

function put(fold: Handling, alertId: string, change: Partial<AlertChange>): void {
  const at = position++
  folds.take('sahel', fold, at)
  const event = { alertId, fold, revision: 1, seq: 1, notify: 'page', ...change } as const
  alerts.put(envelope, event, at)
}

const found = (reportId: string, level: Handling) =>
  [...alerts.find('sahel', new Set([reportId]), level)].map(({ alertId }) => alertId)

it('an alert is found by the report with the number among those of its fold', () => {
  addReport('1', 'public')
  const hidden = addReport('2', 'internal')
  const visible = addReport('3', 'public')
  put('public', 'a1', { ...whole, added: [2] })
  put('internal', 'a2', { ...whole, added: [2] })
  expect([found(visible, 'public'), found(hidden, 'public')]).toEqual([['a1'], []])
  expect([found(visible, 'internal'), found(hidden, 'internal')]).toEqual([['a1'], ['a2']])
})

it('a report that is read after the event that names it is found as well', () => {
  put('public', 'a1', { ...whole, added: [1] })
  const report = addReport('1', 'public')
  expect(found(report, 'public')).toEqual(['a1'])
})

it('a report that triggers an alert no more is not found', () => {
  const report = addReport('1', 'public')
  put('public', 'a1', { ...whole, added: [1] })
  put('public', 'a1', { revision: 2, removed: [1] })
  expect(found(report, 'public')).toEqual([])
})

it('of closed alerts those that closed first are forgotten, until one is stated whole again', () => {
  const report = addReport('1', 'public')
  for (const id of ['a1', 'a2', 'a3'])
    put('public', id, { ...whole, added: [1], status: 'resolved' })
  expect(found(report, 'public')).toEqual(['a2', 'a3'])
  put('public', 'a1', { revision: 2, status: 'confirmed' })
  expect(found(report, 'public')).toEqual(['a2', 'a3'])
})
