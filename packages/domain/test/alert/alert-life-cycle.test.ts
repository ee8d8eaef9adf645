// The life cycle of an alert, as stories: what a partner receives.

import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../src/alert/alert.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import type { OperatorRequest } from '../../src/record/theatre-record.ts'
import { course, FoldStory, type ReportSketch } from '../fold-story.ts'

const near = (id: string, at: string, extra: Partial<ReportSketch> = {}): ReportSketch => ({
  id,
  at,
  lat: 14 + id.charCodeAt(0) * 0.0001,
  lon: -5,
  admin1: 'ML-5',
  ...extra
})

/** Three reports near each other within nine days: a front. */
function threeNear(story: FoldStory, extra: Parameters<typeof near>[2] = {}): void {
  for (const [id, at] of [
    ['a', '2025-03-01'],
    ['b', '2025-03-05'],
    ['c', '2025-03-09']
  ] as const)
    story.report(near(id, at, extra))
}

function withFront(
  options: ConstructorParameters<typeof FoldStory>[0] = { sources: [] }
): FoldStory {
  const story = new FoldStory(options)
  story.tick('2025-03-10')
  threeNear(story)
  return story
}

function ask(
  story: FoldStory,
  request: Partial<OperatorRequest> & Pick<OperatorRequest, 'action'>
) {
  const alert = story.standing('front')[0] as AlertState
  const data = {
    actionId: `act-${story.records.length}`,
    alertId: alert.alertId,
    ifMatch: alert.operatorRevision,
    by: 'officer-1',
    until: null,
    note: null,
    to: null,
    text: null,
    disposition: null,
    ...request
  }
  return [...story.take({ type: 'operator.requested', data }).alerts]
}

const front = (story: FoldStory) => story.standing('front')[0] as AlertState

describe('machine events', () => {
  it('confirm an alert when the watermark passes its entry', () => {
    const story = withFront({ sources: ['wire-1'] })
    expect(front(story).status).toBe('provisional')
    story.tick('2025-03-13')
    story.report(near('d', '2025-03-12'))
    expect(story.events.map(e => e.type).slice(-1)).toEqual(['alert.confirmed'])
  })

  it('page when raised, and update when revised', () => {
    const story = withFront()
    story.report(near('d', '2025-03-09'))
    expect(story.events.map(e => e.data.notify)).toEqual(['page', 'update'])
  })

  it('are quiet for backfilled reports, and page with the first live one', () => {
    const story = new FoldStory({ sources: [] })
    story.tick('2025-03-10')
    threeNear(story, { lane: 'backfill' })
    story.report(near('d', '2025-03-09'))
    expect(story.events.map(e => [e.type, e.data.notify])).toEqual([
      ['alert.raised', 'quiet'],
      ['alert.revised', 'page']
    ])
  })

  it('are quiet about a window that ended more than thirty days ago', () => {
    const story = new FoldStory({ sources: [] })
    story.tick('2025-08-01')
    threeNear(story)
    expect(story.events[0]?.data.notify).toBe('quiet')
  })

  it.each([
    ['a repeat that its hold ended 20 days ago', 'near-repeat', '2025-06-07', ['quiet']],
    ['a repeat that its hold keeps open', 'near-repeat', '2025-04-20', ['quiet']],
    ['a repeat of this month', 'near-repeat', '2025-04-05', ['page']],
    ['a siege that silence does not end', 'siege', '2025-06-07', ['page']]
  ] as const)('judge %s by its last trigger', (_, ruleId, today, notify) => {
    const story = new FoldStory({ sources: [], rules: defaultRules, start: '2024-01-01' })
    story.tick(today)
    threeNear(story)
    for (const category of ['blockade', 'aid-denied'] as const)
      story.report(
        near(category, '2025-02-20', { to: '2025-03-09', category, settlement: 'Diosso' })
      )
    const raised = story.events.filter(
      ({ type, data }) => type === 'alert.raised' && 'ruleId' in data && data.ruleId === ruleId
    )
    expect(raised.map(({ data }) => data.notify)).toEqual(notify)
  })

  it('tell those who know a repeat that its hold has ended it', () => {
    const story = withFront({ sources: [], rules: defaultRules, start: '2024-01-01' })
    story.tick('2025-06-01')
    const repeats = story.events.filter(
      ({ data }) => 'ruleId' in data && data.ruleId === 'near-repeat'
    )
    expect(repeats.map(({ type, data }) => [type, data.notify])).toEqual([
      ['alert.raised', 'page'],
      ['alert.resolved', 'update']
    ])
  })

  it('follow a correction: the alert at the old place is retracted, and one at the new place is raised and refers to it', () => {
    const story = withFront()
    const there = { lat: 12.5, lon: -7.5, reportedAt: '2025-03-10T00:00:00.000Z', admin1: 'ML-2' }
    threeNear(story, there)
    expect(course(story.events)).toEqual([
      'raised front 1',
      'retracted front 1',
      'reopened front 1'
    ])
    expect(front(story).area.admin1).toEqual(['ML-2'])
  })
})

describe('operators', () => {
  it('acknowledge with the revision that they saw; of two at once one wins, and the other is told who and when', () => {
    const story = withFront()
    const seen = front(story).operatorRevision
    const [won] = ask(story, { action: 'acknowledge', by: 'officer-1' })
    const [lost] = ask(story, { action: 'acknowledge', by: 'officer-2', ifMatch: seen })
    expect(won?.type).toBe('alert.acknowledged')
    expect(lost).toMatchObject({
      type: 'alert.action-refused',
      data: { reason: 'stale-revision', standingBy: 'officer-1', by: 'officer-2' }
    })
    expect(front(story).operator.acknowledgedBy).toBe('officer-1')
  })

  it('are identified by the ids of their keys too, since two keys may have one name', () => {
    const story = withFront()
    const seen = front(story).operatorRevision
    const night = (
      byId: string,
      request: Partial<OperatorRequest> & Pick<OperatorRequest, 'action'>
    ) => ask(story, { by: 'night desk', byId, ...request })[0]?.data
    expect(
      night('key_1', { action: 'acknowledge', until: '2025-03-11T00:00:00.000Z' })
    ).toMatchObject({
      action: { by: 'night desk', byId: 'key_1' },
      operator: { acknowledgedBy: 'night desk', acknowledgedById: 'key_1' }
    })
    expect(night('key_2', { action: 'comment', text: 'seen', ifMatch: seen })).toMatchObject({
      ...{ by: 'night desk', byId: 'key_2', standingBy: 'night desk', standingById: 'key_1' }
    })
    // A comment does not assign the alert.
    expect(night('key_2', { action: 'comment', text: 'seen' })).toMatchObject({
      action: { byId: 'key_2' },
      operator: { acknowledgedById: 'key_1' }
    })
    const [lapsed] = story.tick('2025-03-11')
    expect(lapsed?.data).toMatchObject({ action: null, operator: { acknowledgedBy: null } })
    expect(front(story).operator).not.toHaveProperty('acknowledgedById')
    expect(night('key_2', { action: 'comment', ifMatch: seen })).toMatchObject({
      standingBy: 'tocsin'
    })
    expect(night('key_2', { action: 'comment', ifMatch: seen })).not.toHaveProperty('standingById')
  })

  it('lose an acknowledgement when it expires', () => {
    const story = withFront()
    ask(story, { action: 'acknowledge', until: '2025-03-11T00:00:00.000Z' })
    expect(story.fold.nextDeadlineMs()).toBe(Date.parse('2025-03-11T00:00:00.000Z'))
    expect(story.tick('2025-03-11').map(e => e.type)).toEqual(['alert.acknowledgement-lapsed'])
    expect(front(story).operator.acknowledgedBy).toBeNull()
  })

  it('lose an acknowledgement when the alert escalates', () => {
    const story = withFront()
    ask(story, { action: 'acknowledge' })
    story.report(near('d', '2025-03-09'))
    story.report(near('e', '2025-03-09'))
    const events = story.report(near('f', '2025-03-09'))
    expect(events.map(e => e.type)).toEqual(['alert.escalated', 'alert.acknowledgement-lapsed'])
  })

  it('close an alert: earlier evidence revises it quietly, a later trigger reopens it', () => {
    const story = withFront()
    ask(story, { action: 'resolve', disposition: 'false-alarm' })
    expect(front(story)).toMatchObject({
      status: 'resolved',
      operator: { disposition: 'false-alarm' }
    })
    const quiet = story.report(near('d', '2025-03-08'))
    expect(quiet.map(e => [e.type, e.data.notify])).toEqual([['alert.revised', 'quiet']])
    story.tick('2025-03-12')
    const loud = story.report(near('e', '2025-03-11'))
    expect(loud.map(e => [e.type, e.data.notify])).toEqual([['alert.reopened', 'page']])
    expect(front(story).operator.disposition).toBeNull()
  })

  it('count revisions of the alert for every event, and operator revisions only for what concerns them', () => {
    const story = withFront()
    ask(story, { action: 'comment', text: 'seen' })
    story.report(near('d', '2025-03-09'))
    expect(front(story)).toMatchObject({ revision: 3, operatorRevision: 2 })
  })

  it('transfer their state to the alert that theirs is merged into', () => {
    const story = new FoldStory({ sources: [] })
    story.tick('2025-03-12')
    const at = (id: string, day: number, lat: number): ReportSketch => ({
      id,
      at: `2025-03-0${day}`,
      lat,
      lon: -5,
      admin1: 'ML-5'
    })
    for (const [i, lat] of [14.0, 14.01, 14.02].entries()) story.report(at(`s${i}`, 1 + i, lat))
    for (const [i, lat] of [14.3, 14.31, 14.32].entries()) story.report(at(`n${i}`, 2 + i, lat))
    const younger = story.standing('front')[1] as AlertState
    ask(story, {
      action: 'acknowledge',
      alertId: younger.alertId,
      ifMatch: younger.operatorRevision
    })
    story.report(at('join', 9, 14.16))
    const [elder] = story.standing('front')
    expect(elder?.references).toContain(younger.alertId)
    expect(elder?.operatorRevision).toBeGreaterThan(1)
  })
})

describe('rules and engine', () => {
  it('change quietly: what a new version finds differently is published as such, and nothing is sent again', () => {
    const story = withFront()
    const stricter = {
      ruleId: 'front',
      ruleVersion: 2,
      pattern: 'front',
      parameters: { minPoints: 5 }
    }
    const gone = [...story.take({ type: 'rule.configured', data: stricter }).alerts]
    expect(gone.map(e => [e.type, e.data.notify])).toEqual([['alert.retracted', 'quiet']])
    const back = [
      ...story.take({
        type: 'rule.configured',
        data: { ...stricter, ruleVersion: 3, parameters: {} }
      }).alerts
    ]
    expect(back.map(e => [e.type, e.data.notify])).toEqual([['alert.reopened', 'quiet']])
    expect(front(story).ruleVersion).toBe(3)
    expect(
      story.take({ type: 'rule.configured', data: { ...stricter, ruleVersion: 4, parameters: {} } })
        .alerts
    ).toEqual([])
  })

  it('move the watermark by live reports only: a backfilled one does not show how far a source is heard', () => {
    const story = withFront({ sources: ['wire-1'] })
    const before = story.fold.watermarkMs
    expect(before).not.toBeNull()
    const reportedAt = '2025-03-10T10:00:00.000Z'
    story.report(
      near('old', '2024-06-05', { lane: 'backfill', source: 'archive-of-years', reportedAt })
    )
    expect(story.fold.watermarkMs).toBe(before)
    story.report(near('new', '2025-03-10', { lane: 'backfill', reportedAt }))
    expect(story.fold.watermarkMs).toBe(before)
    story.report(near('live', '2025-03-10', { reportedAt }))
    expect(story.fold.watermarkMs).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY)
  })

  it('do not lose an alert when a rule is removed: it is retracted', () => {
    const story = withFront()
    expect(course(story.take({ type: 'rule.removed', data: { ruleId: 'front' } }).alerts)).toEqual([
      'retracted front 1'
    ])
  })

  it('ignore a rule with an unknown pattern, and say so', () => {
    const story = withFront()
    const output = story.take({
      type: 'rule.configured',
      data: { ruleId: 'x', ruleVersion: 1, pattern: 'x', parameters: {} }
    })
    expect(output).toMatchObject({ ignored: 'unknown-pattern', alerts: [] })
  })
})

describe('time and retention', () => {
  it('ignore a tick that is not later than the last one', () => {
    const story = withFront()
    expect(
      story.take({ type: 'clock.ticked', data: { to: '2025-03-01T00:00:00.000Z', gap: false } })
        .ignored
    ).toBe('tick-not-later')
    expect(story.fold.now).toBe('2025-03-10T00:00:00.000Z')
  })

  it('keep a siege of three years as one alert, although its first reports are older than the retention', () => {
    const story = new FoldStory()
    story.tick('2022-01-01')
    story.take({
      type: 'theatre.configured',
      data: { id: 'sahel', countries: null, polygon: null, clock: 'replay', retentionDays: 200 }
    })
    story.report({
      id: 'a',
      at: '2023-01-01',
      to: '2023-01-20',
      category: 'blockade',
      tactics: ['movement-denied', 'aid-denied'],
      settlement: 'Diosso'
    })
    story.tickDaily('2023-01-21', '2026-01-20')
    const [siege] = story.standing('siege')
    expect(siege).toMatchObject({ status: 'confirmed', window: { to: null } })
    // Its evidence can still be withdrawn.
    expect(course(story.withdraw('a'))).toEqual(['retracted siege 6'])
  })

  it('remove what has ended and is older than the retention', () => {
    const story = withFront()
    story.take({
      type: 'theatre.configured',
      data: { id: 'sahel', countries: null, polygon: null, clock: 'replay', retentionDays: 100 }
    })
    story.tickDaily('2025-03-11', '2025-09-01')
    expect(story.standing()).toEqual([])
    expect(story.fold.incidentCount).toBe(0)
    expect(story.fold.reportCount).toBe(0)
    expect(story.report(near('old', '2025-03-02'))).toEqual([])
    expect(story.outputs.at(-1)?.ignored).toBe('beyond-window')
  })
})
