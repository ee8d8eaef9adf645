// The demonstration as its viewers see it: at the console, in the list, on the stream and at a
// partner's endpoint. The expected outcome of each line is packages/host/scenarios/sahel.md.

import { reportIdOf } from '@tocsin/contracts/report/report-identity'
import type { AlertState } from '@tocsin/domain/alert/alert'
import { pagePolicy } from '@tocsin/testing/client/page-policy'
import type { AlertFrame } from '@tocsin/testing/client/stream-chain'
import type { StreamClient } from '@tocsin/testing/client/stream-client'
import type { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertsOf, settled } from '../harness/logs.ts'
import { play } from '../harness/play.ts'
import { readScenario } from '../harness/scenario-files.ts'
import { WholeSuite } from '../harness/whole-suite.ts'

const reportId = (sourceId: string, externalId: string) =>
  reportIdOf({ sourceId, externalId, idempotencyKey: null, body: null })
const nameOf = (type: string) => type.replace(/^tocsin\.alert\.|\.v1$/g, '')
const told = (frame: AlertFrame) =>
  `${nameOf(frame.event.type)} ${frame.event.data.times.detectedAt.slice(0, 10)}`

describe('the demonstration', () => {
  let suite: WholeSuite
  let stream: StreamClient
  let webhook: WebhookReceiver
  const refused: string[] = []

  beforeAll(async () => {
    suite = await WholeSuite.start()
    stream = await suite.stream()
    webhook = await suite.webhook()
    const summary = await play(suite.api, await readScenario('sahel'), {
      onEvent: event =>
        event.kind === 'posted' &&
        event.problem &&
        refused.push(
          `${event.line.externalId} ${event.problem.code} ${event.problem.errors?.[0]?.pointer}`
        )
    })
    expect(summary).toEqual({ posted: 47, refused: 1, finished: true })
    await settled(suite.dataDir)
    // Once the last alert event of the log has reached the stream, everything is at rest.
    const last = (await alertsOf(suite.dataDir, 'sahel')).at(-1)?.id
    await stream.waitForAlert('last alert event on the stream', frame => frame.event.id === last)
  })
  afterAll(() => suite?.end())

  const frames = (pattern: string) =>
    stream.frames.filter(frame => frame.event.data.pattern === pattern)
  const only = async (pattern: string): Promise<AlertState> => {
    const alerts = (await suite.alerts()).filter(alert => alert.pattern === pattern)
    expect(alerts).toHaveLength(1)
    return alerts[0]!
  }

  it('raises each expected alert once, and no other', async () => {
    const counts = new Map<string, number>()
    for (const { pattern } of await suite.alerts())
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1)
    expect(Object.fromEntries(counts)).toEqual({
      'abduction-to-killing': 1,
      'compound-crisis': 1,
      'cumulative-deaths': 1,
      front: 1,
      'mass-casualty': 1,
      // First sightings within two years.
      'new-actor': 5,
      'new-tactic': 8,
      'repeat-victimisation': 1,
      'retaliation-watch': 1,
      siege: 1,
      'supply-line-interdiction': 1,
      surge: 1,
      'territory-lost': 1,
      'third-party-convergence': 1,
      'widening-arc': 1
    })
  })

  it('alerts to the killings of Kamona and Balle in Ségou: mass killing, repeated, and a crisis with the siege', async () => {
    const dead = await only('mass-casualty')
    expect(dead).toMatchObject({
      group: { admin1: 'ML-4' },
      severity: 'severe',
      fatalities: { low: 31 },
      certainty: 'observed'
    })
    expect((await only('repeat-victimisation')).area.admin1).toEqual(['ML-4'])
    const crisis = await only('compound-crisis')
    expect(crisis).toMatchObject({ group: { admin1: 'ML-4' } })
    expect(dead.partOf).toBe(crisis.alertId)
  })

  it('watches Diosso after its appeal, and ends after sixty quiet days', () => {
    expect(frames('retaliation-watch').map(told)).toEqual([
      'raised 2025-03-08',
      'resolved 2025-05-07'
    ])
  })

  it('shows the blockade of the roads into Bamako as one alert, escalated by the closures, open at the end', async () => {
    const supply = await only('supply-line-interdiction')
    expect(supply).toMatchObject({
      group: { hub: 'Bamako' },
      severity: 'severe',
      window: { to: null }
    })
    expect(told(frames('supply-line-interdiction')[0]!)).toBe('raised 2025-09-09')
    expect(frames('supply-line-interdiction').map(told)).toContain('escalated 2025-10-29')
  })

  it('shows the loss of Farabougou, which stays open until reported otherwise', async () => {
    expect(await only('territory-lost')).toMatchObject({
      group: { settlement: 'Farabougou' },
      window: { to: null }
    })
  })

  it('raises at the abduction at Tonka, and escalates the same alert at the killing, without her name', async () => {
    const abduction = await only('abduction-to-killing')
    expect(frames('abduction-to-killing').slice(0, 2).map(told)).toEqual([
      'raised 2025-11-08',
      'escalated 2025-11-10'
    ])
    const persons = (await readScenario('sahel')).lines.flatMap(({ body }) => {
      const texts = body.private as { persons?: readonly { name: string }[] } | undefined
      return texts?.persons?.map(({ name }) => name) ?? []
    })
    for (const name of persons) expect(JSON.stringify(abduction)).not.toContain(name)
    expect(persons.length).toBeGreaterThan(0)
  })

  it('raises at the third state that orders its citizens to leave, and escalates at the fourth', () => {
    // It is public, so it waits for public reports: the states' own statements, which arrive
    // without delay.
    expect(frames('third-party-convergence').slice(0, 3).map(told)).toEqual([
      'raised 2025-11-15',
      'confirmed 2025-11-16',
      'escalated 2025-11-18'
    ])
  })

  it('shows the siege of Diosso as one alert: partial, full, escalated with its age, open at the end', async () => {
    const siege = await only('siege')
    expect(siege).toMatchObject({
      group: { settlement: 'Diosso' },
      severity: 'extreme',
      window: { from: '2023-12-05T00:00:00.000Z', to: null }
    })
    expect(siege.status).not.toBe('resolved')
    expect(siege.levels.map(level => `${level.at.slice(0, 10)} ${level.reason}`)).toEqual([
      '2023-12-12 partial',
      '2023-12-15 full',
      '2024-01-11 30 days',
      '2024-01-15 killing of local leaders',
      '2024-03-11 90 days',
      '2024-06-09 180 days',
      '2024-08-01 deaths or illness for lack of medical care',
      '2024-11-10 hunger',
      '2024-12-11 365 days'
    ])
    expect(siege.measure).toMatchObject({ value: 3, threshold: 2 })
    expect(told(frames('siege')[0]!)).toBe('raised 2023-12-21')
    expect(frames('siege')[0]!.event.data).toMatchObject({
      severity: 'moderate',
      notify: 'page',
      measure: { value: 2, threshold: 2 }
    })
    expect(frames('siege').map(told)).toContain('escalated 2023-12-30')
  })

  it('escalates by the age of the siege on its day, by ticks alone', () => {
    const onTicks = ['2024-01-11', '2024-03-11', '2024-06-09', '2024-12-11']
    const days = frames('siege').map(frame => frame.event.data.times.detectedAt)
    for (const day of onTicks) expect(days).toContain(`${day}T00:00:00.000Z`)
  })

  it('raises the widening arc from three attacks in a week, each in its evidence', async () => {
    const arc = await only('widening-arc')
    expect(told(frames('widening-arc')[0]!)).toBe('raised 2025-06-04')
    const detail = (await suite.api.call('GET', `/v1/alerts/${arc.alertId}`)).body as {
      evidence: { incidentId: string; role: string }[]
    }
    const triggers = detail.evidence
      .filter(item => item.role === 'trigger')
      .map(item => item.incidentId)
    expect(new Set(triggers)).toEqual(
      new Set([
        reportId('sahel-wire', 'SW-250602-1'),
        reportId('sahel-wire', 'SW-250603-2'),
        reportId('border-desk', 'BD-250604-2')
      ])
    )
    expect(arc.area.admin1).toEqual(expect.arrayContaining(['ML-2', 'ML-5']))
    expect(arc.status).toBe('resolved')
    expect(frames('widening-arc').map(frame => nameOf(frame.event.type))).toContain('confirmed')
  })

  it('moves the arc when the place of Dioura is corrected', () => {
    const [raised] = frames('widening-arc')
    const moved = frames('widening-arc').find(frame => told(frame) === 'revised 2025-06-05')
    expect(moved?.event.data.area.circle).not.toEqual(raised?.event.data.area.circle)
  })

  it('revises the front for an attack reported nine days late, and retracts it when its middle is withdrawn', () => {
    expect(frames('front').map(told)).toEqual([
      'raised 2025-07-14',
      'revised 2025-07-19',
      'retracted 2025-07-22'
    ])
    expect(
      frames('front')
        .map(frame => frame.event.data.evidence.length)
        .slice(0, 2)
    ).toEqual([3, 4])
    expect(frames('front').at(-1)?.event.data).toMatchObject({ status: 'retracted' })
  })

  it('refuses the report with a wrong year, and names the field', () => {
    expect(refused).toEqual(['BD-250604-1 body-invalid /occurred/from'])
  })

  it('counts a second source as corroboration and a copy as none', async () => {
    const incident = async (sourceId: string, externalId: string) =>
      (await suite.api.call('GET', `/v1/incidents/${reportId(sourceId, externalId)}`)).body
    expect(await incident('river-radio', 'RR-250603-1')).toMatchObject({
      independentSources: 2,
      fatalities: { low: null, best: null, high: null }
    })
    const copied = (await incident('morning-post', 'MP-8841')) as {
      independentSources: number
      reports: unknown[]
    }
    expect(copied.reports).toHaveLength(2)
    expect(copied.independentSources).toBe(1)
  })

  it('keeps an unresolved and an ambiguous place as such', async () => {
    const report = async (sourceId: string, externalId: string) =>
      (await suite.api.call('GET', `/v1/reports/${reportId(sourceId, externalId)}`)).body as {
        report: { place: Record<string, unknown> }
      }
    expect((await report('river-radio', 'RR-241009-1')).report.place).toMatchObject({
      resolution: 'unresolved',
      country: 'ML',
      lat: null
    })
    expect((await report('rights-record', 'HRW-2511-KB')).report.place).toMatchObject({
      resolution: 'ambiguous',
      settlement: null,
      admin1: 'ML-4'
    })
  })

  it('gives the stream every event once, in one chain', () => {
    expect(stream.violations).toEqual([])
  })

  it('sends a partner each alert, with its evidence, in one chain of sequences', async () => {
    const wanted = stream.frames
      .filter(frame => frame.event.data.notify !== 'quiet')
      .map(frame => frame.event.id)
    await waitFor(() => wanted.every(id => webhook.events.some(event => event.id === id)), {
      what: 'webhook of every event',
      timeoutMs: 60_000
    })
    expect(webhook.violations).toEqual([])
    for (const pattern of ['siege', 'widening-arc', 'front', 'supply-line-interdiction']) {
      const first = webhook.events.find(event => event.data.pattern === pattern)
      expect(nameOf(first!.type)).toBe('raised')
      expect(first!.data.evidence.length).toBeGreaterThanOrEqual(2)
    }
    expect(
      webhook.events.some(
        event => nameOf(event.type) === 'retracted' && event.data.pattern === 'front'
      )
    ).toBe(true)
  })

  it('serves the console', async () => {
    const answer = await fetch(`${suite.url}/`)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.headers.get('content-security-policy')).toBe(pagePolicy)
  })
})

describe('the appeal of Diosso alone', () => {
  it('is one alert, raised at its final level', async () => {
    const suite = await WholeSuite.start()
    try {
      const stream = await suite.stream()
      await play(suite.api, await readScenario('diosso-appeal'))
      const raised = await stream.waitForAlert(
        'siege',
        frame => frame.event.data.pattern === 'siege'
      )
      expect(nameOf(raised.event.type)).toBe('raised')
      expect(raised.event.data).toMatchObject({
        severity: 'extreme',
        certainty: 'possible',
        measure: { value: 3 }
      })
      expect(raised.event.data.levels.map(level => level.reason)).toContain('365 days')
      expect(await suite.alerts()).toHaveLength(1)
      expect(stream.frames).toHaveLength(1)
      expect(stream.violations).toEqual([])
    } finally {
      await suite.end()
    }
  })
})
