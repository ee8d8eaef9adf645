// Under which alert each reader lists another: a function of what that reader may see. Every story
// has a twin without its hidden reports.

import { describe, expect, it } from 'vitest'
import type { AlertEvent, AlertState } from '../../src/alert/alert.ts'
import { parentAt } from '../../src/alert/alert-grouping.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { type Handling, maySee } from '../../src/report/handling.ts'
import { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import { FoldStory, type ReportSketch, testDigest, throughText } from '../fold-story.ts'

const rules = defaultRules
  .filter(({ pattern }) => pattern === 'mass-casualty' || pattern === 'surge')
  .map(rule =>
    rule.pattern === 'surge' ? { ...rule, parameters: { ...rule.parameters, countMin: 5 } } : rule
  )

/** Massacres that everyone knows of, and a surge that only hidden attacks make. */
class Story {
  readonly story = new FoldStory({ start: '2025-01-01', rules, sources: [] })

  constructor() {
    const data = {
      id: 'wire-1',
      reliability: 'B',
      latenessDays: 0,
      cadenceDays: 60,
      archive: false
    } as const
    this.story.take({ type: 'source.configured', data })
    this.attack('past', '2025-01-02', { settlement: 'Konna' })
    this.story.tickDaily('2025-01-03', '2025-03-10')
  }

  attack(id: string, at: string, more: Partial<ReportSketch>): AlertEvent[] {
    return this.story.report({
      source: 'wire-1',
      targets: ['civilians'],
      handling: 'public',
      deaths: 0,
      ...more,
      id,
      at
    })
  }

  hide(day: string, handling: Handling = 'restricted'): void {
    for (const i of [1, 2, 3])
      this.attack(`hidden-${i}`, day, { settlement: `H${i}`, lat: 13 + i / 10, handling })
  }

  tick(at: string): AlertEvent[] {
    return this.story.tick(at)
  }

  /** What readers of a level are told of the parents of massacres, in order. */
  toldTo(level: Handling): unknown[] {
    return this.story.outputs.flatMap(({ alerts }) => told(alerts, level))
  }

  /** The same, of the log without the hidden reports. */
  twinTo(level: Handling): unknown[] {
    const twin = new TheatreFold('sahel', testDigest)
    const isHidden = ({ data }: (typeof this.story.records)[number]) =>
      'reportId' in data && data.reportId.startsWith('hidden')
    return this.story.records
      .filter(record => !isHidden(record))
      .flatMap(record => told(twin.apply(record).alerts, level))
  }
}

function told(events: readonly AlertEvent[], level: Handling): unknown[] {
  return events.flatMap(({ type, data }) => {
    if (!('pattern' in data) || data.pattern !== 'mass-casualty') return []
    if (!maySee(level, data.handling) || !maySee(level, data.concerns)) return []
    return [[type, data.alertId, parentAt(data, level)]]
  })
}

describe('what readers are told of the parent of an alert', () => {
  it.each(['partners', 'restricted'] as const)(
    'does not depend on one that they may not see, of handling %s',
    handling => {
      const story = new Story()
      story.attack('elder', '2025-03-10', { settlement: 'Dioura', deaths: 30 })
      story.hide('2025-03-10', handling)
      story.attack('first', '2025-03-11', { settlement: 'Konna', lat: 15 })
      story.attack('later', '2025-03-11', { settlement: 'Sofara', lat: 16, deaths: 30 })
      const [surge] = story.story.standing('surge')
      const [elder, later] = story.story.standing('mass-casualty') as [AlertState, AlertState]
      expect(surge?.handling).toBe(handling)
      expect([later.partOf, parentAt(later, 'public')]).toEqual([surge?.alertId, elder.alertId])
      expect(parentAt(later, handling)).toBe(surge?.alertId)
      expect(story.toldTo('public')).toEqual(story.twinTo('public'))
    }
  )

  it('moves when one that they may see begins or ends, whatever hidden one stands, also after a restart', () => {
    const story = new Story()
    story.attack('elder', '2025-03-10', { settlement: 'Dioura', deaths: 30 })
    story.attack('later', '2025-03-10', { settlement: 'Sofara', lat: 16, deaths: 30 })
    story.hide('2025-03-10')
    story.attack('first', '2025-03-10', { settlement: 'Konna', lat: 15 })
    const [away, at] = [throughText(story.story.fold), story.story.records.length]
    story.tick('2025-03-11')
    const [elder, later] = story.story.standing('mass-casualty') as [AlertState, AlertState]
    expect([parentAt(later, 'public'), later.partOf]).toEqual([
      elder.alertId,
      story.story.standing('surge')[0]?.alertId
    ])
    story.story.withdraw('elder')
    story.tick('2025-03-11T01:00:00.000Z')
    const standing = story.story
      .standing('mass-casualty')
      .find(({ alertId }) => alertId === later.alertId) as AlertState
    expect([standing.status, parentAt(standing, 'public'), standing.partOf]).toEqual([
      'confirmed',
      null,
      later.partOf
    ])
    expect(story.toldTo('public')).toEqual(story.twinTo('public'))
    expect(story.story.records.slice(at).map(record => away.apply(record))).toEqual(
      story.story.outputs.slice(at)
    )
  })
})
