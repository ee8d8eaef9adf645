// The light of the pipeline: good by a canary alone, and only while its age is known.

import { describe, expect, it } from 'vitest'
import {
  isCanary,
  newestReportMs,
  oldestCanaryMs,
  overdueMs,
  pipelineOf
} from '../src/live/pipeline.ts'
import type { ShownEvidence } from '../src/shown/shown-alert.ts'
import { anAlert } from './support/an-alert.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const ready = { ready: true, log: 'ok', checks: { intake: { log: 'ok' } } }
const signs = {
  ready,
  canaryAtMs: nowMs - 60_000,
  mayReadAlerts: true,
  isLive: true,
  behindMs: null,
  nowMs
}

describe('the pipeline', () => {
  it('is good by a canary that came through lately', () => {
    expect(pipelineOf(signs)).toEqual({ kind: 'through', ageMs: 60_000 })
    expect(pipelineOf({ ...signs, canaryAtMs: nowMs - overdueMs - 1 })).toEqual({
      kind: 'overdue',
      ageMs: overdueMs + 1
    })
  })

  it('is never good without one: not by readiness, not for a key that may not see it, not while the page is not live', () => {
    expect(pipelineOf({ ...signs, canaryAtMs: null }).kind).toBe('none')
    expect(pipelineOf({ ...signs, mayReadAlerts: false }).kind).toBe('hidden')
    expect(pipelineOf({ ...signs, isLive: false }).kind).toBe('unknown')
    for (const silent of [null, undefined])
      expect(pipelineOf({ ...signs, ready: silent }).kind).toBe('unknown')
  })

  it('is behind where the stream says so, whatever the canary and the other answers say, unless a fault is named or one is overdue', () => {
    const behind = { ...signs, behindMs: 90_000 }
    expect(pipelineOf(behind)).toEqual({ kind: 'behind', ageMs: 90_000 })
    for (const silent of [null, undefined])
      expect(pipelineOf({ ...behind, ready: silent }).kind).toBe('behind')
    expect(pipelineOf({ ...behind, canaryAtMs: null }).kind).toBe('behind')
    expect(pipelineOf({ ...behind, canaryAtMs: nowMs - overdueMs - 1 }).kind).toBe('overdue')
    expect(pipelineOf({ ...behind, ready: { ready: false, log: 'down', checks: {} } }).kind).toBe(
      'faults'
    )
  })

  it('takes the age of a canary from no clock that was set back', () => {
    expect(pipelineOf({ ...signs, nowMs: nowMs - 3_600_000 }).kind).toBe('unknown')
    expect(pipelineOf({ ...signs, canaryAtMs: nowMs + 1_000 })).toEqual({
      kind: 'through',
      ageMs: 0
    })
  })

  it('names what is not ready, whatever the canary says', () => {
    const broken = {
      ready: false,
      log: 'down since 11:58',
      checks: { rules: { theatres: '1 stopped', log: 'ok' } }
    }
    expect(pipelineOf({ ...signs, ready: broken })).toEqual({
      kind: 'faults',
      names: ['down since 11:58', 'rules theatres']
    })
  })
})

describe('a canary', () => {
  it('is an exercise under the rule of that name, and nothing else', () => {
    expect(isCanary(anAlert({ ruleId: 'canary', drill: true }))).toBe(true)
    expect(isCanary(anAlert({ ruleId: 'canary', drill: false }))).toBe(false)
    expect(isCanary(anAlert({ ruleId: 'siege', drill: true }))).toBe(false)
  })

  it('is waited for in each theatre that had one and is still there', () => {
    const newest = new Map([
      ['sahel', 100],
      ['horn', 50]
    ])
    expect(oldestCanaryMs(newest, [{ id: 'sahel' }, { id: 'horn' }, { id: 'none' }])).toBe(50)
    expect(oldestCanaryMs(newest, null)).toBe(50)
    expect(oldestCanaryMs(newest, [{ id: 'sahel' }])).toBe(100)
    expect(oldestCanaryMs(new Map(), null)).toBeNull()
  })

  it('is as old as its newest report', () => {
    const evidence = (...times: readonly string[]): ShownEvidence =>
      ({
        role: 'trigger',
        incident: { reports: times.map(reportedAt => ({ reportedAt })) }
      }) as unknown as ShownEvidence
    const hidden = { role: 'trigger', incident: null } as unknown as ShownEvidence
    expect(
      newestReportMs([evidence('2026-03-01T11:00:00Z'), hidden, evidence('2026-03-01T11:59:00Z')])
    ).toBe(nowMs - 60_000)
    expect(newestReportMs([hidden])).toBeNull()
  })
})
