import { describe, expect, it } from 'vitest'
import { parseScenario, planScenario, ScenarioError } from '../../src/scenario/scenario.ts'

const report = (at: string, externalId = 'W-1') =>
  JSON.stringify({ at, report: { source: { id: 'wire' }, externalId } })

describe('a scenario file', () => {
  it('gives its lines in order, each with its subject', () => {
    const text = `${report('2025-06-02T09:00:00Z')}\n\n${JSON.stringify({
      at: '2025-06-03T09:00:00Z',
      delete: { source: { id: 'wire' }, externalId: 'W-1', reason: 'sent in error' }
    })}\n`
    expect(parseScenario(text)).toMatchObject([
      { lineNumber: 1, action: 'report', sourceId: 'wire', externalId: 'W-1' },
      {
        lineNumber: 3,
        action: 'delete',
        sourceId: 'wire',
        externalId: 'W-1',
        body: { reason: 'sent in error' }
      }
    ])
  })

  it.each([
    ['a line that is not JSON', '{', 'line 1 is not JSON'],
    [
      'a time within a minute, since ticks have minute precision',
      report('2025-06-02T09:00:30Z'),
      'line 1: /at must be'
    ],
    ['a time without an offset from UTC', report('2025-06-02T09:00:00'), 'line 1: /at must be'],
    [
      'a line before the one above it',
      `${report('2025-06-02T09:00:00Z')}\n${report('2025-06-01T09:00:00Z')}`,
      'line 2:'
    ],
    ['no lines at all', '\n', 'the scenario has no lines']
  ])('refuses %s', (_what, text, message) => {
    expect(() => parseScenario(text)).toThrow(ScenarioError)
    expect(() => parseScenario(text)).toThrow(message)
  })
})

describe('the plan of a scenario', () => {
  const lines = parseScenario(
    [
      report('2025-06-01T09:00:00Z', 'a'),
      report('2025-06-01T09:00:00Z', 'b'),
      report('2025-06-03T10:30:00Z', 'c')
    ].join('\n')
  )
  const told = (steps: ReturnType<typeof planScenario>) =>
    steps.map(
      step => `${step.at.slice(5, 16)} ${step.kind === 'post' ? step.line.externalId : 'tick'}`
    )

  it('ticks before each later line and at each midnight between', () => {
    expect(told(planScenario(lines))).toEqual([
      '06-01T09:00 tick',
      '06-01T09:00 a',
      '06-01T09:00 b',
      '06-02T00:00 tick',
      '06-03T00:00 tick',
      '06-03T10:30 tick',
      '06-03T10:30 c'
    ])
  })
})
