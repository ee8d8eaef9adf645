// What changed last on the board.

import { expect, it } from 'vitest'
import { lastChanges } from '../src/change/alert-changes.ts'
import { anAlert } from './support/an-alert.ts'

const at = (day: string) => `2026-03-${day}T00:00:00.000Z`
const alert = (alertId: string, day: string, more = {}) => {
  const time = at(day)
  return anAlert({
    alertId,
    times: { occurredFrom: time, firstReportedAt: time, detectedAt: time },
    ...more
  })
}
const told = (changes: ReturnType<typeof lastChanges>) =>
  changes.map(({ alert: { alertId }, atMs, severityBefore }) => [
    alertId,
    new Date(atMs).toISOString(),
    severityBefore
  ])

it('is the newest first, with what an alert was before where that was seen', () => {
  const [old, young] = [alert('old', '01', { severity: 'severe' }), alert('young', '05')]
  const first = lastChanges(null, [old, young], Date.parse(at('06')))
  expect(told(first)).toEqual([
    ['young', at('05'), null],
    ['old', at('01'), null]
  ])
  const graver = alert('old', '07', { severity: 'extreme', revision: old.revision + 1 })
  const second = lastChanges(first, [graver, young], Date.parse(at('07')))
  expect(told(second)).toEqual([
    ['old', at('07'), 'severe'],
    ['young', at('05'), null]
  ])
})

it('has one order, whatever the order in which alerts came', () => {
  const all = ['a', 'b', 'c'].map(id => alert(id, '05'))
  expect(told(lastChanges(null, all.toReversed(), Date.parse(at('06'))))).toEqual(
    told(lastChanges(null, all, Date.parse(at('06'))))
  )
})

it('is an act of an officer when it comes', () => {
  const [old, young] = [alert('old', '01'), alert('young', '05')]
  const first = lastChanges(null, [old, young], Date.parse(at('06')))
  const taken = { ...old, operatorRevision: old.operatorRevision + 1 }
  const second = lastChanges(first, [taken, young], Date.parse(at('08')))
  expect(told(second)[0]).toEqual(['old', at('08'), null])
})
