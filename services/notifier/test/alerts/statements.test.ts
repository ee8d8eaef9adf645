import { addAlertChange } from '@tocsin/contracts/record/alert-event-v3'
import { IncidentTable } from '@tocsin/read-model/incidents/incident-table'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { KnownReports } from '@tocsin/read-model/reports/known-reports'
import { ReportNumbers } from '@tocsin/read-model/reports/report-numbers'
import { incidentTables, reportTables } from '@tocsin/read-model/schema'
import { RuleWordsIndex } from '@tocsin/service/alerts/rule-words'
import { expect, it, vi } from 'vitest'
import { Statements } from '../../src/alerts/statements.ts'

it('a state renders its words once they are read, and has all that a statement has', () => {
  const rules = new RuleWordsIndex()
  const findRule = vi.spyOn(rules, 'find')
  const model = ReadModel.open({
    path: inMemory,
    groups: [incidentTables, reportTables],
    version: '1'
  })
  const sources = { numbers: new ReportNumbers(model), reports: new KnownReports(model) }
  const statements = new Statements({ ...sources, incidents: new IncidentTable(model), rules })
  const at = { theatre: 'sahel', time: '2026-03-01T00:00:00.000Z' }
  const sum = addAlertChange(null, at, {
    ...{ alertId: 'a', fold: 'public', notify: 'page', revision: 1, seq: 1 },
    ...{ ruleId: 'siege', from: '2026-02-28', added: [1] }
  })
  const state = statements.fold(sum, 'alert.raised')
  expect([state.severity, state.area.country, state.revision]).toEqual(['moderate', [], 1])
  expect(findRule).not.toHaveBeenCalled()
  const { describes, ...rest } = state
  expect(describes).toBe(false)
  expect(rest).toEqual(statements.restate(sum, state))
  // For its words, and for whether it describes.
  expect(findRule).toHaveBeenCalledTimes(2)
  rules.apply({
    ...{ id: 'r1', type: 'rule.configured', ...at },
    data: { ruleId: 'siege', ruleVersion: 1, pattern: 'siege', parameters: {}, notify: 'quiet' }
  })
  expect(state.describes).toBe(true)
  expect([state.headline, state.inLanguages?.fr.headline]).toEqual([
    'Siege: an unknown place',
    'Siege: un lieu inconnu'
  ])
})
