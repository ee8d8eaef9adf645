// Officers' commands on a running suite: actions on alerts and incidents; the loser of a conflict
// is told who came first.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

let running: RunningSuite
let api: SuiteApi
beforeAll(async () => {
  running = await RunningSuite.start()
  api = running.api
})
afterAll(() => running?.end())

const days = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10)
const at = (name: string, lat: number) => ({
  name,
  country: 'ML',
  admin1: 'ML-4',
  lat,
  lon: -5.36,
  radiusKm: 2
})

async function reported(
  source: string,
  category: string,
  location: object,
  from = 30,
  to = 10
): Promise<string> {
  const occurred = { from: days(from), to: days(to) }
  const body = {
    source: { id: source },
    externalId: `${source}-${category}`,
    occurred,
    category,
    location
  }
  return ((await api.call('POST', '/v1/reports', { body })).body as { reportId: string }).reportId
}

/** Commands as one of several officers. */
async function officer(name: string): Promise<(...args: string[]) => ReturnType<typeof runTocsin>> {
  const body = {
    name,
    scopes: ['alerts:read', 'alerts:operate'],
    theatres: '*',
    handling: 'restricted'
  }
  const { secret } = (await api.call('POST', '/v1/keys', { body })).body as { secret: string }
  const keyFile = join(running.dataDir, `${name}.key`)
  writeFileSync(keyFile, secret)
  return (...args) => runTocsin(...args, '--url', running.suite.url, '--key-file', keyFile)
}

describe('of many alerts', () => {
  it('what was done before a part is refused whole is told, and the command fails', async () => {
    const limits = { perMinute: 200 }
    const body = {
      name: 'Cai',
      scopes: ['alerts:read', 'alerts:operate'],
      theatres: '*',
      handling: 'restricted',
      limits
    }
    const { secret } = (await api.call('POST', '/v1/keys', { body })).body as { secret: string }
    const keyFile = join(running.dataDir, 'Cai.key')
    writeFileSync(keyFile, secret)
    // Each is read and then acted on: a hundred alerts are all that the key's minute has.
    const ids = Array.from({ length: 101 }, (_, n) => `none-${n}`)
    const told = await runTocsin(
      'alerts',
      'acknowledge',
      ...ids,
      '--url',
      running.suite.url,
      '--key-file',
      keyFile
    )
    expect(told.code).toBe(1)
    expect(told.lines).toEqual(
      ids.slice(0, 100).map(id => expect.stringContaining(`${id}  refused: not-found`))
    )
    expect(told.notes[0]).toMatch(/^too-many: /)
  })
})

describe('what is refused', () => {
  it('of one alert is the problem, for machines, and of several what became of each', async () => {
    const dan = await officer('Dan')
    const one = await dan('alerts', 'acknowledge', 'none-1', '--json')
    expect(one).toMatchObject({ code: 1, notes: ['not-found: There is no such alert.'] })
    expect(one.lines.map(line => JSON.parse(line))).toEqual([
      expect.objectContaining({ code: 'not-found', status: 404 })
    ])
    const two = await dan('alerts', 'acknowledge', 'none-1', 'none-2', '--json')
    expect(two).toMatchObject({ code: 1, notes: ['2 of 2 refused'] })
    expect(two.lines.map(line => JSON.parse(line).length)).toEqual([2])
    expect((await dan('alerts', 'acknowledge', 'none-1')).lines).toEqual([])
    const whole = await dan(
      'alerts',
      'assign',
      'none-1',
      'none-2',
      '--to',
      'x'.repeat(5_000),
      '--json'
    )
    expect(whole.code).toBe(1)
    expect(whole.lines.map(line => JSON.parse(line).code)).toEqual(['body-invalid'])
  })
})

describe('of an alert', () => {
  it('an officer acknowledges, assigns, comments and resolves it, and its history shows that', async () => {
    await reported('wire-1', 'blockade', at('Diosso', 13.88))
    await reported('wire-2', 'movement-denied', at('Diosso', 13.88))
    const alerts = async () =>
      (await api.call('GET', '/v1/alerts?pattern=siege')).body as { items: { alertId: string }[] }
    await expect.poll(async () => (await alerts()).items.length, { timeout: 60_000 }).toBe(1)
    const [{ alertId }] = (await alerts()).items as [{ alertId: string }]
    const [awa, bo] = [await officer('Awa'), await officer('Bo')]
    const seen = String(
      ((await api.call('GET', `/v1/alerts/${alertId}`)).body as { operatorRevision: number })
        .operatorRevision
    )

    const taken = await awa(
      'alerts',
      'acknowledge',
      alertId,
      '--note',
      'Calling Diosso.',
      '--seen',
      seen
    )
    expect(taken).toMatchObject({
      code: 0,
      notes: [],
      lines: [expect.stringMatching(/: \w+; acknowledged by Awa \(\w+\) \(operatorRevision \d+\)$/)]
    })
    const late = await bo('alerts', 'acknowledge', alertId, '--seen', seen)
    expect(late).toMatchObject({ code: 1, lines: [] })
    expect(late.notes[0]).toMatch(/^action-refused: .* Awa came first, at \d{4}-/)

    expect(await bo('alerts', 'assign', alertId, '--to', 'Bo')).toMatchObject({ code: 0 })
    expect(await bo('alerts', 'comment', alertId, 'The road is shut.')).toMatchObject({ code: 0 })
    expect(await bo('alerts', 'respond', alertId, '--kind', 'none')).toMatchObject({ code: 1 })
    const done = await bo(
      'alerts',
      'respond',
      alertId,
      '--kind',
      'sent',
      '--text',
      'A patrol is on its way.'
    )
    expect(done.lines).toEqual([
      expect.stringMatching(
        /acknowledged by Awa \(\w+\), assigned to Bo, 1 response: sent \(operatorRevision/
      )
    ])
    const wrong = await awa(
      'alerts',
      'correct',
      alertId,
      `${alertId}.1`,
      '--kind',
      'moved',
      '--text',
      'They left by lorry.'
    )
    expect(wrong).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/, 1 response: moved \(operatorRevision/)]
    })
    expect(await awa('alerts', 'correct', alertId, `${alertId}.2`, '--kind', 'sent')).toMatchObject(
      { code: 0 }
    )
    const gone = await bo('alerts', 'correct', alertId, `${alertId}.1`, '--withdraw')
    expect(gone.code).toBe(1)
    expect(gone.notes[0]).toContain(`/corrects was corrected before by ${alertId}.3, at `)
    expect((await bo('alerts', 'list', '--unanswered')).lines).toEqual(['none'])
    const report = JSON.parse(
      (await bo('response-times', '--by', 'officer', '--json')).lines[0] ?? ''
    )
    expect(report.items).toMatchObject([
      { officer: 'Awa', called: 1, acknowledged: 1, responded: 1, unanswered: 0 }
    ])
    const times = await bo('response-times')
    expect(times.lines[0]).toMatch(
      /^severity +called +acknowledged +median +p90 +responded +median +p90 +unanswered$/i
    )
    expect(times.lines[1]).toMatch(
      / +1 +1 +\d+:\d\d:\d\d +\d+:\d\d:\d\d +1 +\d+:\d\d:\d\d +\d+:\d\d:\d\d +0$/
    )
    expect(await bo('response-times', '--from', 'yesterday')).toMatchObject({ code: 1 })
    const back = await bo('alerts', 'give-back', alertId, '--note', 'End of shift.')
    expect(back.lines).toEqual([
      expect.stringMatching(/; not acknowledged, 1 response: sent \(operatorRevision/)
    ])
    const many = await bo('alerts', 'assign', alertId, 'none', alertId, '--to', 'Bo')
    expect(many).toMatchObject({ code: 1, notes: [expect.stringContaining('1 of 2 refused')] })
    expect(many.lines[0]).toMatch(new RegExp(`^${alertId}  done`))
    expect(many.lines[1]).toMatch(/^none {2}refused: not-found: /)
    const [, unseen] = JSON.parse(
      (await bo('alerts', 'give-back', 'no', 'none', '--json')).lines[0] ?? '[]'
    )
    expect(unseen).toMatchObject({ alertId: 'none', status: 404, problem: { code: 'not-found' } })
    expect(
      await bo('alerts', 'assign', alertId, 'none', '--to', 'Bo', '--seen', '1')
    ).toMatchObject({ code: 2 })
    const closed = await awa(
      'alerts',
      'resolve',
      alertId,
      '--disposition',
      'true',
      '--note',
      'Relieved.'
    )
    expect(closed.lines).toEqual([
      expect.stringMatching(/: resolved; not acknowledged, assigned to Bo, true, 1 response: sent/)
    ])
    expect(await awa('alerts', 'resolve', alertId, '--disposition', 'maybe')).toMatchObject({
      code: 1
    })
    expect(await awa('alerts', 'acknowledge', alertId, '--seen', 'all')).toMatchObject({ code: 2 })

    const trail = ['audit', '--of', 'alerts', ...running.here]
    const byAwa = await runTocsin(...trail, '--by', 'Awa', '--subject', alertId)
    expect(byAwa.lines[0]).toMatch(/^at +type +subject +by$/i)
    expect(byAwa.lines.slice(1).map(line => line.split(/ +/)[1])).toEqual(
      ['resolved', 'response-corrected', 'response-corrected', 'acknowledged'].map(
        name => `alert.${name}`
      )
    )
    expect(byAwa.lines[1]).toMatch(/Awa \(key_\w+\)$/)
    const json = JSON.parse(
      (await runTocsin(...trail, '--type', 'alert.commented', '--json')).lines[0] ?? '[]'
    )
    expect(json).toMatchObject([{ type: 'alert.commented', subject: alertId, by: { name: 'Bo' } }])
    expect(await bo('audit', '--of', 'alerts')).toMatchObject({ code: 1 })

    const refused = await bo('alerts', 'deliveries', alertId)
    expect([refused.code, refused.notes[0]]).toEqual([
      1,
      expect.stringMatching(/subscriptions:manage/)
    ])
    const told = await runTocsin('alerts', 'deliveries', alertId, ...running.here)
    expect(told).toMatchObject({ code: 0, lines: ['none'] })

    expect(await runTocsin('alerts', 'told', alertId, ...running.here)).toMatchObject({
      code: 0,
      lines: ['none']
    })
    const asked = await runTocsin('alerts', 'told', alertId, '--json', ...running.here)
    expect(JSON.parse(asked.lines[0] ?? '')).toMatchObject({ items: [], silences: [] })

    const { lines } = await bo('alerts', 'show', alertId)
    expect(lines[0]).toMatch(/siege/i)
    expect(lines).toContainEqual(
      expect.stringMatching(/^response \w+\.3: sent at \S+Z by key_\w+, corrected from \w+\.2$/)
    )
    const story = lines.slice(3).join('\n')
    expect(story).toMatch(
      /acknowledged by Awa \(\w+\): Calling Diosso\.\n(?:.*\n)*.*assigned by Bo \(\w+\).*\n.*commented by Bo \(\w+\): The road is shut\.\n.*responded by Bo \(\w+\): A patrol is on its way\.\n.*response-corrected by Awa \(\w+\): They left by lorry\.\n.*response-corrected by Awa \(\w+\)\n.*given back by Bo \(\w+\): End of shift\.\n.*assigned by Bo \(\w+\)\n.*resolved by Awa \(\w+\)/
    )
    const both = await bo('alerts', 'comment', alertId, 'unknown', '--text', 'It is open again.')
    expect(both).toMatchObject({ code: 1, notes: [expect.stringContaining('1 of 2 refused')] })
    expect(both.lines).toEqual([
      expect.stringMatching(/done \(revision/),
      expect.stringContaining('unknown  refused: not-found')
    ])
    const wordless = await bo('alerts', 'comment', alertId)
    expect(wordless).toMatchObject({ code: 2, notes: [expect.stringContaining('--text WORDS')] })
    expect(await bo('alerts', 'comment', alertId, 'unknown', 'Which is it?')).toMatchObject({
      code: 2
    })
  })
})

describe('of incidents', () => {
  it('an officer splits and merges, the other is told who and when, and the history shows all of it', async () => {
    const [awa, bo] = [await officer('Ada'), await officer('Ben')]
    const place = at('Kolongo', 13.97)
    const [one, two] = [
      await reported('wire-3', 'arson', place, 5, 5),
      await reported('wire-4', 'arson', place, 5, 5)
    ]
    const incident = async (id: string) =>
      (await api.call('GET', `/v1/incidents/${id}`)).body as {
        incidentId: string
        revision: number
        reports?: unknown[]
      }
    await expect
      .poll(async () => (await incident(one)).reports?.length, { timeout: 60_000 })
      .toBe(2)
    const { incidentId, revision } = await incident(one)
    const table = await awa('incidents', '--category', 'arson')
    expect(table.lines).toEqual([
      expect.stringMatching(/^WHEN +CATEGORY +WHERE/),
      expect.stringMatching(
        new RegExp(`arson +Kolongo, Ségou \\(ML-4\\) +world +${revision} +2 +${incidentId}$`)
      )
    ])

    const apart = await awa(
      'incidents',
      'split',
      incidentId,
      two,
      '--note',
      'Two villages.',
      '--seen',
      String(revision)
    )
    expect(apart.code).toBe(0)
    expect(apart.lines).toHaveLength(2)
    expect(apart.lines.join('\n')).toMatch(
      /: arson at Kolongo, Ségou \(ML-4\), \d{4}-\d\d-\d\d \(1 report, revision \d+\)/
    )

    const blind = await bo('incidents', 'merge', one, two)
    expect(blind.code).toBe(1)
    expect(blind.notes[0]).toMatch(
      /^action-refused: Declared different before\. .* Ada came first, at \d{4}-.* Here: --seen \d+$/
    )
    const stale = await bo('incidents', 'merge', one, two, '--seen', String(revision))
    expect(stale.notes[0]).toMatch(/changed since you saw it\. Ada came first/)
    const seen = String((await incident(one)).revision)
    expect(await bo('incidents', 'merge', one, two, '--seen', seen)).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/2 reports/)]
    })

    const { lines } = await bo('incidents', 'show', two)
    const text = lines.join('\n')
    expect(text).toMatch(/^also known as /m)
    expect(text).toMatch(new RegExp(`^  ${two}  wire-4  \\d{4}-.*  arson$`, 'm'))
    expect(text).toMatch(/^ {2}\w+ and \w+: declared the same by Ben$/m)
    expect(text).toMatch(/split by Ada: Two villages\./)
    expect(text).toMatch(/merged by Ben, from /)
    expect((await bo('incidents', 'show', 'f'.repeat(32))).code).toBe(1)
    expect((await bo('incidents', 'split', one)).code).toBe(2)
  })
})
