// Building blocks over findings.

import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { expect, it } from 'vitest'
import { never } from '../../src/data/time.ts'
import { listPlaceholders } from '../../src/render/template.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { readTexts } from '../../src/rules/definition.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { makeRuleSet, resolveParameters } from '../../src/theatre/rule-set.ts'
import { makeReport } from '../support/make-report.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'

let count = 0

function makeRecord(type: string, data: object): TheatreRecord {
  count += 1
  return { id: `record-${count}`, type, data, theatre: 'sahel', time: '' } as never
}

function begin(pattern: string, parameters: RuleVersion['parameters']): Engine {
  const rules = ['front', 'siege'].map(id => ({ ruleId: id, pattern: id, parameters: {} }))
  const mine = { ruleId: 'mine', pattern, parameters }
  const versions = [...rules, mine].map(rule => ({ ...rule, ruleVersion: 1 }))
  const engine = new Engine(makeRuleSet(versions), makeSilentPublisher)
  engine.apply(makeRecord('clock.ticked', { to: '2025-04-01T00:00:00.000Z', gap: false }))
  return engine
}

function receive(engine: Engine, sketch: Parameters<typeof makeReport>[0]): void {
  engine.apply(makeRecord('report.received', makeReport(sketch)))
}

function reportFront(engine: Engine, prefix: string, day: number, lat: number, admin1 = 'ML-4') {
  for (const i of [0, 1, 2]) {
    const at = `2025-03-${String(day + i).padStart(2, '0')}`
    const place = { lat: lat + i / 100, admin1, foundAdmin1: admin1 }
    receive(engine, { reportId: `${prefix}${i}`, at, place })
  }
}

function findMine(engine: Engine) {
  const found = [...engine.listFindings()].filter(({ rule }) => rule.id === 'mine')
  return found.map(finding => ({
    group: finding.group,
    value: finding.measure().value,
    isOpen: finding.endDay === never,
    triggers: finding.listTriggers().map(row => engine.reports.ids[row]!)
  }))
}

it('count findings by their entry, and name their incidents', () => {
  const engine = begin('findings-count', { of: ['front'], threshold: 2, windowDays: 60 })
  reportFront(engine, 'a', 1, 14)
  expect(findMine(engine)).toEqual([])
  reportFront(engine, 'b', 5, 15)
  expect(findMine(engine)).toEqual([
    {
      group: { theatre: 'all' },
      value: 2,
      isOpen: true,
      triggers: ['a0', 'a1', 'a2', 'b0', 'b1', 'b2']
    }
  ])
  engine.apply(makeRecord('report.withdrawn', { reportId: 'b1', reason: '', lane: 'live' }))
  expect(findMine(engine)).toEqual([])
})

it('count in each area that a finding touches, if grouped by area', () => {
  const parameters = { of: ['front'], threshold: 2, windowDays: 14, groupBy: 'admin1' }
  const engine = begin('findings-count', parameters)
  reportFront(engine, 'a', 1, 14, 'ML-4')
  reportFront(engine, 'b', 5, 15, 'ML-5')
  expect(findMine(engine)).toEqual([])
  reportFront(engine, 'c', 6, 16, 'ML-4')
  expect(findMine(engine).map(({ group }) => group)).toEqual([{ admin1: 'ML-4' }])
})

it.each([
  ['first', [2, 0, 1]],
  ['last', [0, 1, 2]]
])('count an area that one place of a finding is certain to be in, reported %s', (_, order) => {
  const engine = begin('findings-distinct-count', { of: ['front'], threshold: 2 })
  reportFront(engine, 'a', 1, 14, 'ML-5')
  for (const i of order) {
    const area = { admin1: 'ML-4', foundAdmin1: 'ML-4' } as const
    const place = { ...area, resolution: i === 2 ? 'gazetteer' : 'unresolved' } as const
    receive(engine, { reportId: `b${i}`, at: '2025-03-03', place: { ...place, lat: 16 + i / 100 } })
  }
  expect(findMine(engine)).toMatchObject([{ value: 2 }])
})

it('find one kind of finding after another', () => {
  const steps = ['"other:finding-siege" in tactics', '"other:finding-front" in tactics']
  const engine = begin('findings-sequence', { steps })
  const place = { settlement: 'ML-4/diosso', settlementName: 'Diosso', lat: 14.8, lon: -5.2 }
  for (const [i, category] of (['blockade', 'movement-denied'] as const).entries())
    receive(engine, {
      ...{ reportId: `s${i}`, sourceId: `wire-${i}`, at: ['2025-02-01', '2025-02-12'] },
      ...{ category, place }
    })
  expect(findMine(engine)).toEqual([])
  reportFront(engine, 'a', 1, 14)
  expect(findMine(engine).map(({ triggers }) => triggers.length)).toEqual([5])
})

it('have the words of the block, about findings', () => {
  for (const id of ['count', 'distinct-count', 'sum', 'sequence', 'all-of']) {
    const [block, over] = [id, `findings-${id}`].map(name => {
      const definition = ruleDefinitions.get(name)!
      return readTexts(definition, resolveParameters(definition, {}))
    })
    expect(JSON.stringify(over)).not.toMatch(/incident/)
    expect(listPlaceholders(over!.en.headline)).toEqual(listPlaceholders(block!.en.headline))
    expect(listPlaceholders(over!.fr.why)).toEqual(listPlaceholders(block!.fr.why))
  }
})
