// A theatre folded by the engine alone, for tests of what is asked of it.

import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import { makeReport, type ReportSketch } from '../../../packages/engine/test/support/make-report.ts'

export class TheatreStory {
  readonly engine: TheatreEngine

  constructor(rules: readonly RuleVersion[]) {
    this.engine = new TheatreEngine(makeRuleSet(rules), {
      ...{ theatre: 'sahel', engine: '1.0.0', write: () => {}, writeIncident: () => {} }
    })
  }

  report(sketch: ReportSketch & { readonly reportId: string }): void {
    // Each tells of an incident of its own.
    const { reportId } = sketch
    const data = makeReport({ narrativeKey: reportId, contentHash: reportId, ...sketch })
    this.#apply('report.received', data, reportId)
  }

  tick(day: string): void {
    this.#apply('clock.ticked', { to: `${day}T00:00:00.000Z`, gap: false }, day)
  }

  #apply(type: string, data: object, id: string): void {
    const record = { id: `${type} ${id}`, theatre: 'sahel', type, data }
    this.engine.apply({ ...record, time: '2025-06-01T00:00:00.000Z' } as TheatreRecord)
  }
}

export function makeRule(pattern: string, parameters: object = {}): RuleVersion {
  return { ruleId: pattern, ruleVersion: 1, pattern, parameters } as RuleVersion
}

/** Blockades of a village by two sources: a siege. */
export function makeSiege(handling: 'public' | 'internal' | 'restricted'): TheatreStory {
  const story = new TheatreStory([makeRule('siege')])
  addSiege(story, { handling })
  story.tick('2025-02-01')
  return story
}

export function addSiege(story: TheatreStory, more: ReportSketch = {}, name = 'Diosso'): void {
  const place = { name, settlement: `ML-4/${name}`, settlementName: name, ...more.place }
  const sketch = { at: ['2025-01-01', '2025-01-12'], ...more, place } as const
  story.report({ reportId: `${name} a`, ...sketch, category: 'blockade' })
  story.report({ reportId: `${name} b`, ...sketch, category: 'movement-denied', sourceId: 'b' })
}
