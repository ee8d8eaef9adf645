// Times to answers on the command line, by all that they are summarised by: partners' answers among
// them; and dispositions.

import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

interface Row {
  readonly called: number
  readonly acknowledged: number
}

interface Listed {
  readonly ruleId: string
  readonly severity: string
  readonly headline: string
}

let running: RunningSuite
let receiver: WebhookReceiver
let subscription: string
let alertId = ''
beforeAll(async () => {
  running = await RunningSuite.start({
    settings: { 'webhooks.allow': ['127.0.0.0/8'], 'webhooks.allowHttp': true }
  })
  receiver = await WebhookReceiver.listen(() => 200)
  const made = (await json('subscriptions', 'create', receiver.url)) as {
    id: string
    secret: string
  }
  subscription = made.id
  receiver.useSecret(made.secret)
  const body = {
    ...{
      source: { id: 'wire-1' },
      externalId: 'first',
      occurred: { from: yesterday, to: yesterday }
    },
    ...{
      category: 'attack-on-civilians',
      location: { country: 'ML', lat: 14.8252, lon: -5.2547, radiusKm: 2 }
    },
    fatalities: { low: 40, best: 45, high: 50 }
  }
  const { reportId } = (await running.api.call('POST', '/v1/reports', { body })).body as {
    reportId: string
  }
  const outcome = await running.api.call('GET', `/v1/reports/${reportId}?wait=30`)
  const { alerts } = outcome.body as { alerts: { alertId: string }[] }
  const areTold = async () => ((await rows())[0]?.called === alerts.length ? true : undefined)
  await waitFor(areTold, { what: 'both alerts at the endpoint', timeoutMs: 30_000 })
  alertId = alerts[0]?.alertId ?? ''
  for (const each of alerts)
    expect(
      (await runTocsin('subscriptions', 'answer', subscription, each.alertId, ...running.here)).code
    ).toBe(0)
}, 120_000)
afterAll(async () => {
  await receiver?.close()
  await running?.end()
})

async function json(...args: string[]): Promise<unknown> {
  const { code, lines, notes } = await runTocsin(...args, '--json', ...running.here)
  expect([code, notes]).toEqual([0, []])
  return JSON.parse(lines[0] as string)
}
const rows = async () =>
  ((await json('response-times', '--by', 'subscriber')) as { items: readonly Row[] }).items

it('of subscribers are told by the name of who holds each and its id, from the acceptance to the answer', async () => {
  await expect
    .poll(rows, { timeout: 30_000 })
    .toMatchObject([{ subscriber: 'owner', subscriptionId: subscription, unanswered: 0 }])
  const [row] = (await rows()) as [Row]
  expect(row.acknowledged).toBe(row.called)
  const { lines } = await runTocsin('response-times', '--by', 'subscriber', ...running.here)
  expect(lines[0]).toMatch(/^SUBSCRIBER +CALLED +ACKNOWLEDGED +MEDIAN/)
  const { called } = row
  expect(lines[1]).toMatch(
    new RegExp(
      `^owner ${subscription} +${called} +${called} +0:00:\\d\\d +0:00:\\d\\d +0 +- +- +0$`
    )
  )
  expect(lines).toHaveLength(2)
})

it.each([
  ['severity', /^(moderate|severe|extreme) /],
  ['area', /^ML/],
  ['officer', /^nobody /]
])('by %s are told as well', async (by, row) => {
  const { lines } = await runTocsin('response-times', '--by', by, ...running.here)
  expect(lines[1]).toMatch(row)
})

it('are CSV for a spreadsheet, or JSON, not both', async () => {
  const { code, lines } = await runTocsin(
    'response-times',
    '--by',
    'subscriber',
    '--csv',
    ...running.here
  )
  expect([code, lines.length]).toEqual([0, 2])
  expect(lines[0]).toMatch(/called,acknowledged,acknowledgementMedianS/)
  expect(lines[1]).toContain(`${subscription},`)
  expect(await runTocsin('response-times', '--csv', '--json', ...running.here)).toMatchObject({
    code: 2,
    lines: []
  })
})

it('of dispositions: who judged how many, and that they are too few to say how often', async () => {
  const [first] = (await json('alerts', 'list')) as [Listed & { readonly alertId: string }]
  expect(
    (
      await runTocsin(
        'alerts',
        'resolve',
        first.alertId,
        '--disposition',
        'false-alarm',
        ...running.here
      )
    ).code
  ).toBe(0)
  const judged = async () => {
    const { items } = (await json('dispositions')) as {
      items: readonly { ruleId: string; judged: number }[]
    }
    return items.find(({ ruleId }) => ruleId === first.ruleId)?.judged
  }
  await expect.poll(judged, { timeout: 30_000 }).toBe(1)
  const { code, lines } = await runTocsin('dispositions', ...running.here)
  expect([code, lines[0]]).toEqual([
    0,
    expect.stringMatching(/^THEATRE +RULE +RAISED +JUDGED +TRUE +FALSE-ALARM +DUPLICATE +DRILL/)
  ])
  const since = new Date().toISOString().slice(0, 10)
  expect(lines.find(line => line.includes(` ${first.ruleId} `))).toMatch(
    new RegExp(`^\\S+ +${first.ruleId} +1 +1 +0 +1 +0 +0 +too few to say +- +${since}$`)
  )
})

it('of alerts: every filter of the API finds what it is for, and a list that is cut says so', async () => {
  const list = async (...args: string[]) => (await json('alerts', 'list', ...args)) as Listed[]
  const all = await list()
  const [first] = all as [(typeof all)[number]]
  for (const [args, found] of [
    [['--rule-id', first.ruleId], all.filter(({ ruleId }) => ruleId === first.ruleId)],
    [['--rule-id', 'none'], []],
    [
      ['--country', 'ML', '--min-severity', first.severity],
      await list('--min-severity', first.severity)
    ],
    [['--country', 'NE'], []],
    [['--admin1', 'ML-5,ML-4'], all],
    [['--circle', '14.8,-5.2,50'], all],
    [['--circle', '10,20,50'], []],
    [['--category', 'protest'], []],
    [['--certainty', 'observed,likely,possible,unlikely,unknown'], all],
    [['--handling', 'restricted'], []],
    [['--drill', 'true'], []],
    [['--find', first.headline], all.filter(({ headline }) => headline === first.headline)],
    [['--find', 'nowhere'], []],
    [['--from', yesterday, '--to', '9999-01-01'], all],
    [['--to', yesterday], []],
    [['--sort', 'oldest'], all.toReversed()],
    [
      ['--polygon', '{"type":"Polygon","coordinates":[[[-6,14],[-4,14],[-4,16],[-6,16],[-6,14]]]}'],
      all
    ]
  ] as const)
    expect([args, await list(...args)]).toEqual([args, found])
  expect(all.length).toBeGreaterThan(1)
  const cut = await runTocsin('alerts', 'list', '--max', '1', '--json', ...running.here)
  expect(JSON.parse(cut.lines[0] as string)).toEqual([first])
  expect(cut.notes).toEqual(['there are more: these are the first 1; --max shows more'])
  expect(await runTocsin('alerts', 'list', '--min-severity', 'bad', ...running.here)).toMatchObject(
    { code: 1, lines: [] }
  )
})

it('have what was done at a subscriber, as its command says', async () => {
  const answer = (...said: string[]) =>
    runTocsin('subscriptions', 'answer', subscription, alertId, ...said, ...running.here)
  expect((await answer('--text', 'By radio.')).code).toBe(2)
  const refused = await answer('--done', 'none')
  expect([refused.code, refused.notes.join()]).toEqual([
    1,
    expect.stringContaining('why nothing is done')
  ])
  expect(
    (await answer('--done', 'warned', '--done-at', new Date().toISOString(), '--text', 'By radio.'))
      .code
  ).toBe(0)
  await expect.poll(rows, { timeout: 30_000 }).toMatchObject([{ responded: 1 }])
})
