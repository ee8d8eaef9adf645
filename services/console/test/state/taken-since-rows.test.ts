// Since when the alerts of the list are taken: by events where they came, asked for where they did
// not, and of nobody else.

import './a-suite.ts'
import { beforeEach, expect, it } from 'vitest'
import { holderOf } from '../../src/queue/taken-since.ts'
import type { ShownAlert } from '../../src/shown/shown-alert.ts'
import { signedInAs } from '../../src/state/session/of-key.ts'
import { askTakenSince, noteTaken, takenSince } from '../../src/state/taken-since.ts'
import { anAlert } from '../support/an-alert.ts'
import { ama, aProblem, held, soon, suiteAnswers } from './a-suite.ts'

const ask = (alert: ShownAlert) => askTakenSince(alert.alertId, holderOf(alert.operator))
const free = anAlert()
const by = (acknowledgedBy: string, alertId = 'a1') =>
  anAlert({ alertId, operator: { acknowledgedBy } })
const detailOf = (alert: ShownAlert, time: string) =>
  Response.json({ ...alert, revisions: [{ time, data: alert }], revisionsOmitted: 0 })

let asked: string[] = []
const answers = (answer: () => Response | Promise<Response>) =>
  suiteAnswers(path => {
    asked.push(path)
    return answer()
  })
const tells = () => detailOf(by('Ama'), '2026-03-01T09:00:00.000Z')
beforeEach(() => {
  signedInAs({ ...ama, id: 'another' })
  signedInAs(ama)
  asked = []
  answers(tells)
})

it('is told by the event, and by none that leaves it with who had it', () => {
  noteTaken(free, by('Ama'), '2026-03-01T10:00:00.000Z')
  noteTaken(by('Ama'), by('Ama'), '2026-03-01T11:00:00.000Z')
  expect(takenSince(by('Ama'))).toBe('2026-03-01T10:00:00.000Z')
  expect(takenSince(by('Ben'))).toBeNull()
  noteTaken(by('Ama'), by('Ben'), '2026-03-01T12:00:00.000Z')
  expect(takenSince(by('Ben'))).toBe('2026-03-01T12:00:00.000Z')
  ask(by('Ben'))
  expect(asked).toEqual([])
})

it('is asked for once where no event told it, not of what nobody has, and again where it was not answered', async () => {
  ask(free)
  suiteAnswers(path => {
    asked.push(path)
    return aProblem(503)
  })
  ask(by('Ama'))
  await soon(() => asked.length).toBe(1)
  expect(takenSince(by('Ama'))).toBeNull()
  answers(tells)
  await soon(() => {
    ask(by('Ama'))
    return takenSince(by('Ama'))
  }).toBe('2026-03-01T09:00:00.000Z')
  const before = asked.length
  ask(by('Ama'))
  expect(asked.length).toBe(before)
})

it('asks for no more rows than are in view, one at a time, the newest first', async () => {
  const first = held()
  answers(() => (asked.length === 1 ? first.promise : aProblem(503)))
  for (let i = 0; i < 100; i += 1) ask(by('Ama', `row-${i}`))
  expect(asked).toHaveLength(1)
  first.answer(aProblem(503))
  await soon(() => asked.length).toBe(41)
  expect(asked[1]).toContain('/row-99?')
})

it('is forgotten with the key, also where the answer comes later', async () => {
  const late = held()
  suiteAnswers(() => late.promise)
  noteTaken(free, by('Ama', 'a2'), '2026-03-01T10:00:00.000Z')
  ask(by('Ama'))
  signedInAs({ ...ama, id: 'k2', name: 'Ben' })
  late.answer(detailOf(by('Ama'), '2026-03-01T09:00:00.000Z'))
  await late.promise
  expect([takenSince(by('Ama')), takenSince(by('Ama', 'a2'))]).toEqual([null, null])
})
