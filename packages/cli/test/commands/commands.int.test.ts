// Administrative commands against a running suite: input, output and exit code.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

let running: RunningSuite
beforeAll(async () => {
  running = await RunningSuite.start()
})
afterAll(() => running?.end())

const here = () => running.here

describe('the commands of an administrator', () => {
  it('declare a theatre and show it', async () => {
    expect(
      await runTocsin(
        'theatres',
        'set',
        'sahel',
        '--countries',
        'ML,BF',
        '--clock',
        'replay',
        ...here()
      )
    ).toMatchObject({
      code: 0
    })
    const { lines } = await runTocsin('theatres', ...here())
    expect(lines[0]).toMatch(/^ID +CLOCK +COUNTRIES/)
    expect(lines.find(line => line.startsWith('sahel'))).toMatch(/sahel +replay +BF,ML/)
    expect(JSON.parse((await runTocsin('theatres', '--json', ...here())).lines[0]!)).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'sahel' })])
    )
  })

  it('advance the time of a replay theatre, and never set it back', async () => {
    expect(
      await runTocsin('theatres', 'tick', 'sahel', '2025-06-01T00:00:00Z', ...here())
    ).toMatchObject({ code: 0 })
    const back = await runTocsin('theatres', 'tick', 'sahel', '2025-05-01T00:00:00Z', ...here())
    expect(back).toMatchObject({ code: 1, lines: [] })
    expect(back.notes[0]).toContain('tick-refused')
  })

  it('declare a source', async () => {
    expect(
      await runTocsin(
        'sources',
        'set',
        'wire-1',
        '--reliability',
        'B',
        '--lateness-days',
        '2',
        ...here()
      )
    ).toMatchObject({
      code: 0
    })
    expect((await runTocsin('sources', ...here())).lines[1]).toMatch(/^wire-1 +B +2 +7 +false/)
  })

  it('create a key with exactly the requested rights, and revoke it', async () => {
    const made = JSON.parse(
      (await runTocsin('keys', 'create', 'reader', '--scopes', 'alerts:read', '--json', ...here()))
        .lines[0]!
    ) as Record<string, string>
    const secret = Object.values(made).find(
      value => typeof value === 'string' && value.startsWith('tk_')
    )!
    const keyFile = join(running.dataDir, 'reader.key')
    writeFileSync(keyFile, `${secret}\n`)
    expect(
      await runTocsin('alerts', '--url', running.suite.url, '--key-file', keyFile)
    ).toMatchObject({
      code: 0,
      lines: ['none']
    })
    expect(
      await runTocsin(
        'alerts',
        'list',
        '--severity',
        'severe',
        '--url',
        running.suite.url,
        '--key-file',
        keyFile
      )
    ).toMatchObject({
      code: 0,
      lines: ['none']
    })
    const refused = await runTocsin('keys', '--url', running.suite.url, '--key-file', keyFile)
    expect(refused.code).toBe(1)
    expect(refused.notes[0]).toContain('forbidden')
    expect(await runTocsin('keys', 'revoke', made.keyId ?? made.id!, ...here())).toMatchObject({
      code: 0
    })
    expect(
      (await runTocsin('alerts', '--url', running.suite.url, '--key-file', keyFile)).notes[0]
    ).toContain('not-authenticated')
  })

  it('rotate a key: the new secret works, the old one until its overlap ends', async () => {
    const json = async (...args: string[]) =>
      JSON.parse((await runTocsin(...args, '--json', ...here())).lines[0]!)
    const made = await json(
      'keys',
      'create',
      'feed',
      '--scopes',
      'alerts:read',
      '--per-minute',
      '600',
      '--body-bytes',
      '65536'
    )
    expect(made.limits).toEqual({ perMinute: 600, bodyBytes: 65_536 })
    const use = async (secret: string) => {
      const keyFile = join(running.dataDir, 'rotated.key')
      writeFileSync(keyFile, secret)
      return (await runTocsin('alerts', '--url', running.suite.url, '--key-file', keyFile)).code
    }
    const second = await json('keys', 'rotate', made.keyId)
    expect(second).toMatchObject({ keyId: made.keyId, overlapsUntil: expect.any(String) })
    expect([await use(made.secret), await use(second.secret)]).toEqual([0, 0])
    const third = await json('keys', 'rotate', made.keyId, '--overlap-hours', '0')
    expect([await use(made.secret), await use(second.secret), await use(third.secret)]).toEqual([
      1, 1, 0
    ])
    const listed = (await json('keys')).find((key: { keyId: string }) => key.keyId === made.keyId)
    expect(listed).toMatchObject({
      lastUsedAt: expect.stringMatching(/T\d\d:00:00\.000Z$/),
      overlapsUntil: null
    })
    expect(
      (await runTocsin('keys', 'rotate', made.keyId, '--overlap-hours', 'soon', ...here())).code
    ).toBe(2)
  })

  it('restrict the reporters of a source, and lift the restriction', async () => {
    const set = async (...args: string[]) =>
      JSON.parse(
        (
          await runTocsin(
            'sources',
            'set',
            'wire-2',
            '--reliability',
            'C',
            ...args,
            '--json',
            ...here()
          )
        ).lines[0]!
      ).reporters
    expect(await set('--reporters', 'key_1,oidc:nora')).toEqual(['key_1', 'oidc:nora'])
    expect(await set()).toEqual(['key_1', 'oidc:nora'])
    expect(await set('--reporters', 'any')).toBeNull()
  })

  it('subscribe only endpoints that the policy allows', async () => {
    const refused = await runTocsin('subscriptions', 'create', 'https://127.0.0.1/hook', ...here())
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.notes[0]).toContain('url-refused')
    expect((await runTocsin('subscriptions', ...here())).lines).toEqual(['none'])
  })

  it('subscribe an endpoint with the settings that are given', async () => {
    const create = (...args: string[]) =>
      runTocsin('subscriptions', 'create', 'https://hooks.invalid/in', '--json', ...args, ...here())
    const filter = { theatre: ['nowhere'] }
    const made = JSON.parse(
      (await create('--filter', JSON.stringify(filter), '--contact', 'duty desk')).lines[0]!
    )
    expect(made).toMatchObject({
      url: 'https://hooks.invalid/in',
      filter,
      order: 'newest-state',
      schedule: null,
      contact: 'duty desk'
    })
    expect((await runTocsin('subscriptions', ...here())).lines[1]).toContain('duty desk')
    const changed = await runTocsin(
      'subscriptions',
      'change',
      made.id,
      '--contact',
      'night desk',
      '--json',
      ...here()
    )
    expect(JSON.parse(changed.lines[0]!)).toMatchObject({ contact: 'night desk', filter })
    expect((await runTocsin('subscriptions', 'change', made.id, ...here())).code).toBe(2)
    const rotated = await runTocsin('subscriptions', 'rotate', made.id, '--json', ...here())
    expect(JSON.parse(rotated.lines[0]!).secret).not.toBe(made.secret)
    expect((await runTocsin('deliveries', made.id, ...here())).lines).toEqual(['none'])
    expect((await runTocsin('subscriptions', 'replay', made.id, ...here())).lines).toEqual([
      'replayed: 0'
    ])
    expect(
      (await runTocsin('subscriptions', 'replay', made.id, '--from', '1', ...here())).code
    ).toBe(2)
    const answered = await runTocsin(
      'subscriptions',
      'answer',
      made.id,
      'none',
      '--note',
      'Ours.',
      ...here()
    )
    expect([answered.code, answered.notes[0]]).toEqual([
      1,
      expect.stringContaining('was told of no such alert')
    ])
    expect((await runTocsin('subscriptions', 'delete', made.id, ...here())).code).toBe(0)
    expect((await create('--filter', 'severe')).code).toBe(2)
  })
})

it('erase the private texts of a report when confirmed', async () => {
  const report = {
    source: { id: 'wire-1' },
    externalId: 'W-1',
    occurred: { from: '2025-06-01', to: '2025-06-01' },
    category: 'attack',
    location: { country: 'ML', lat: 14.8252, lon: -5.2547 },
    private: { persons: [{ name: 'Awa Diallo' }] }
  }
  const posted = await running.api.call('POST', '/v1/reports', { body: report })
  const { reportId } = posted.body as { reportId: string }
  expect(await runTocsin('reports', 'erase', reportId, ...here())).toMatchObject({
    code: 2,
    notes: [expect.stringContaining('--yes')]
  })
  expect((await runTocsin('reports', 'erase', reportId, '--yes', ...here())).lines).toEqual([
    'erased'
  ])
  expect((await runTocsin('reports', 'erase', reportId, '--yes', ...here())).lines).toEqual([
    'there was nothing to erase'
  ])
})

it.each([
  [['alerts', 'acknowledge', 'a', '--note', 'Ours.'], 'api POST /v1/alerts/ID/acknowledgement'],
  [['silences', 'create', '--reason', 'exercise'], 'api GET /v1/silences, or the page Silences'],
  [['watch'], 'api GET /v1/watches'],
  [['policies', 'why', 'sub_1', 'a', '--json'], 'api GET /v1/subscriptions']
])('removed: %j names the call that replaces it', async (args, words) => {
  const { code, lines, notes } = await runTocsin(...args)
  expect([code, lines, notes]).toEqual([2, [], [expect.stringContaining(words)]])
})

describe('the exit code', () => {
  it.each([
    ['requested help', ['--help'], 0],
    ['an unknown command', ['fly'], 2],
    ['an unknown option', ['alerts', '--colour'], 2],
    ['a missing key', ['alerts', '--data', '/nowhere'], 2],
    [
      'an invalid number',
      [
        'sources',
        'set',
        'x',
        '--reliability',
        'B',
        '--lateness-days',
        'two',
        '--url',
        'http://127.0.0.1:1',
        '--key-file',
        '/dev/null'
      ],
      2
    ],
    ['a missing scenario', ['up', '--scenario', '/nowhere.ndjson'], 2],
    ['an unknown benchmark', ['bench', 'moon'], 2]
  ])('of %s', async (_what, args, code) => {
    expect((await runTocsin(...args)).code).toBe(code)
  })

  it('is 1, with a message, if no suite answers', async () => {
    const answer = await runTocsin(
      'alerts',
      '--url',
      'http://127.0.0.1:1',
      '--data',
      running.dataDir
    )
    expect(answer).toMatchObject({ code: 1, lines: [] })
    expect(answer.notes[0]).toContain('could not be reached')
  })
})
