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

  it('silence alerts for a time, and end that', async () => {
    const create = ['silences', 'create', '--reason', 'exercise', '--filter', '{"admin1":["ML-5"]}']
    expect(await runTocsin(...create, ...here())).toMatchObject({ code: 2 })
    expect(await runTocsin(...create, '--minutes', '30', '--seen', '1', ...here())).toMatchObject({
      code: 2
    })
    const made = await runTocsin(...create, '--minutes', '30', '--json', ...here())
    expect(made).toMatchObject({ code: 0 })
    const { id } = JSON.parse(made.lines[0]!) as { id: string }
    const { lines } = await runTocsin('silences', ...here())
    expect(lines[0]).toMatch(/^ID +STANDING +ENDS AT +MATCHES +HOLDS +SUBSCRIPTION ID +SUBSCRIBER/)
    expect(lines[1]).toMatch(new RegExp(`^${id} +holding .* 0 +0 .*exercise`))
    expect((await runTocsin('silences', 'show', id, ...here())).lines).toEqual(
      expect.arrayContaining(['standing: holding', 'reason: exercise', 'matches: 0'])
    )
    expect(await runTocsin('silences', 'end', id, ...here())).toMatchObject({ code: 0 })
    expect((await runTocsin('silences', ...here())).lines).toHaveLength(1)
    expect((await runTocsin('silences', '--over', ...here())).lines[1]).toMatch(
      new RegExp(`^${id} +over`)
    )
  })

  it('declare a watch, and are told which of its lines can not follow it', async () => {
    const body = {
      name: 'Partner',
      scopes: ['subscriptions:manage', 'alerts:read'],
      handling: 'partners'
    }
    const { secret } = (await running.api.call('POST', '/v1/keys', { body })).body as {
      secret: string
    }
    const keyFile = join(running.dataDir, 'partner.key')
    writeFileSync(keyFile, secret)
    const partner = ['--url', running.suite.url, '--key-file', keyFile]
    const subscribe = async (...by: string[]) => {
      const made = await runTocsin(
        'subscriptions',
        'create',
        'https://partner.invalid/lines',
        '--json',
        ...by
      )
      return (JSON.parse(made.lines[0]!) as { id: string }).id
    }
    const [low, high] = [await subscribe(...partner), await subscribe(...here())]
    const shifts = join(running.dataDir, 'shifts.json')
    const roster = (...lines: string[]) => {
      const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
      writeFileSync(shifts, JSON.stringify([{ officer: 'Ama', from: at(-1), until: at(6), lines }]))
    }
    roster(low, high)
    const create = (...more: string[]) =>
      runTocsin('watch', 'create', 'Lines', '--shifts', shifts, '--json', ...more)
    const made = await create(...here())
    const below = [
      `${low} can not follow this watch, which is internal: its key may see less (partners)`
    ]
    expect([made.code, made.notes]).toEqual([0, below])
    expect(await create('--handling', 'partners', ...here())).toMatchObject({ code: 0, notes: [] })
    const { id } = JSON.parse(made.lines[0]!) as { id: string }
    expect((await runTocsin('watch', 'change', id, '--name', 'Again', ...here())).notes).toEqual(
      below
    )
    // What they declare themselves they may follow.
    roster(low)
    expect(await create(...partner)).toMatchObject({ code: 0, notes: [] })
    expect(
      (await runTocsin('watch', 'create', '--help')).lines.join(' ').replaceAll(/\s+/g, ' ')
    ).toContain('can not follow it, also as a line (default: internal)')
    for (const { id: watchId } of JSON.parse(
      (await runTocsin('watch', '--json', ...here())).lines[0]!
    ))
      expect((await runTocsin('watch', 'withdraw', watchId, ...here())).code).toBe(0)
    for (const each of [low, high])
      expect((await runTocsin('subscriptions', 'delete', each, ...here())).code).toBe(0)
  })

  it('declare a watch, and hand it over', async () => {
    const made = await runTocsin(
      'watch',
      'create',
      'Joint desk',
      '--line-minutes',
      '10',
      '--json',
      ...here()
    )
    const { id } = JSON.parse(made.lines[0]!) as { id: string }
    const url = `https://partner.invalid/${id}`
    const subscribed = await runTocsin(
      'subscriptions',
      'create',
      url,
      '--policy',
      JSON.stringify({ watch: id }),
      '--json',
      ...here()
    )
    const { id: line } = JSON.parse(subscribed.lines[0]!) as { id: string }
    const until = new Date(Date.now() + 3_600_000).toISOString()
    expect(
      (await runTocsin('watch', 'hand-over', id, 'Ama', '--until', until, ...here())).code
    ).toBe(1)
    expect((await runTocsin('watch', ...here())).lines[1]).toMatch(
      /Joint desk +nobody: all that follow it are told +- +1$/
    )
    const begun = await runTocsin(
      'watch',
      'hand-over',
      id,
      'Ama',
      '--until',
      until,
      '--lines',
      line,
      '--note',
      'quiet',
      ...here()
    )
    expect(begun).toMatchObject({ code: 0 })
    expect(JSON.parse((await runTocsin('watch', '--json', ...here())).lines[0]!)).toMatchObject([
      {
        id,
        version: 2,
        lineMinutes: 10,
        onWatch: [{ officer: 'Ama', lines: [line], note: 'quiet' }]
      }
    ])
    expect((await runTocsin('watch', ...here())).lines[1]).toMatch(
      new RegExp(`^${id} +Joint desk +Ama until ${until}: `)
    )
    expect((await runTocsin('watch', 'show', id, ...here())).lines).toContain('version: 2')
    // Who takes it a moment later does not relieve Ama unasked.
    const take = ['watch', 'hand-over', id, 'Kofi', '--until', until]
    const second = await runTocsin(...take, ...here())
    expect([second.code, second.notes[0]]).toEqual([
      1,
      expect.stringMatching(/^Ama has it since .*--relieves "Ama", or --seen 2$/)
    ])
    expect((await runTocsin('watch', 'show', id, ...here())).lines).toContain('version: 2')
    const agreed = await runTocsin(...take, '--relieves', 'Ama', ...here())
    expect([agreed.code, agreed.notes]).toEqual([
      0,
      [expect.stringMatching(/^Ama is relieved, on since .*Z$/)]
    ])
    expect(
      await runTocsin('watch', 'hand-over', id, 'Efua', '--until', until, '--seen', '2', ...here())
    ).toMatchObject({
      code: 1
    })
    expect((await runTocsin('watch', ...here())).lines[1]).toMatch(/Joint desk +Kofi until /)
    expect(await runTocsin('watch', 'change', id, ...here())).toMatchObject({ code: 2 })
    expect(await runTocsin('watch', 'withdraw', id, '--seen', '2', ...here())).toMatchObject({
      code: 1
    })
    expect((await runTocsin('watch', 'show', id, ...here())).lines).toContain('version: 3')
    expect(await runTocsin('watch', 'withdraw', id, ...here())).toMatchObject({ code: 0 })
    expect(await runTocsin('subscriptions', 'delete', line, ...here())).toMatchObject({ code: 0 })
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
    const several = await runTocsin(
      'subscriptions',
      'answer',
      made.id,
      'none',
      'no',
      'none',
      ...here()
    )
    expect([several.code, several.notes[0]]).toEqual([1, expect.stringContaining('2 of 2 refused')])
    expect(several.lines.map(line => line.replace(/ +refused: not-found: .*/, ''))).toEqual([
      'none',
      'no'
    ])
    expect((await runTocsin('subscriptions', 'delete', made.id, ...here())).code).toBe(0)
    expect((await create('--filter', 'severe')).code).toBe(2)
  })
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
