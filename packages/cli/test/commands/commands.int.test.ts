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

const tocsin = (line: string, ...args: string[]) =>
  runTocsin(...line.split(' '), ...args, ...running.here)
/** The JSON answer of a command. */
const ask = async (line: string, ...args: string[]) => {
  const { lines, notes } = await tocsin(line, ...args, '--json')
  if (lines[0] === undefined) throw new Error(notes.join())
  return JSON.parse(lines[0])
}
/** A command with another key. */
const tocsinAs = (secret: string, line: string) => {
  const keyFile = join(running.dataDir, 'other.key')
  writeFileSync(keyFile, `${secret}\n`)
  return runTocsin(...line.split(' '), '--url', running.suite.url, '--key-file', keyFile)
}

describe('an administrator', () => {
  it('declares a theatre and lists it', async () => {
    const set = await tocsin('theatres set sahel --countries ML,BF --clock replay')
    expect(set.code).toBe(0)
    const { lines } = await tocsin('theatres')
    expect(lines[0]).toMatch(/^ID +CLOCK +COVERS/)
    expect(lines.find(line => line.startsWith('sahel'))).toMatch(
      /sahel +replay +Burkina Faso, Mali/
    )
    expect(await ask('theatres')).toContainEqual(expect.objectContaining({ id: 'sahel' }))
  })

  it('sees how many reports a declaration leaves outside, and how many lie in no theatre', async () => {
    const body = {
      source: { id: 'wire-1' },
      occurred: { from: '2025-06-01', to: '2025-06-01' },
      category: 'attack',
      location: { country: 'GH', lat: 6.7, lon: -1.6 }
    }
    await tocsin('theatres set coast --countries GH,TG')
    await running.api.call('POST', '/v1/reports', { body })
    const { notes } = await tocsin('theatres set coast --countries TG')
    expect(notes).toEqual([
      expect.stringMatching(/^1 report of the last 7 days lies in no theatre/)
    ])
    await running.api.call('POST', '/v1/reports', { body: { ...body, category: 'clash' } })
    expect((await tocsin('theatres')).notes).toEqual([
      expect.stringMatching(/^1 report of the last 7 days lies in no theatre: no rule sees them/)
    ])
  })

  it('advances the time of a replay theatre, and sees a refusal', async () => {
    expect((await tocsin('theatres tick sahel 2025-06-01T00:00:00Z')).code).toBe(0)
    const back = await tocsin('theatres tick sahel 2025-05-01T00:00:00Z')
    expect(back).toMatchObject({ code: 1, lines: [] })
    expect(back.notes[0]).toContain('tick-refused')
  })

  it('declares a source with its reporters', async () => {
    const set = 'sources set wire-1 --reliability B --lateness-days 2'
    expect(await ask(`${set} --reporters key_1,oidc:nora`)).toMatchObject({
      reporters: ['key_1', 'oidc:nora']
    })
    expect((await ask(set)).reporters).toEqual(['key_1', 'oidc:nora'])
    expect((await ask(`${set} --reporters any`)).reporters).toBeNull()
    expect((await tocsin('sources')).lines[1]).toMatch(/^wire-1 +B +2 +7 +false/)
  })

  it('creates a key with the requested rights and limits, and revokes it', async () => {
    const made = await ask('keys create feed --scopes alerts:read --per-minute 600')
    expect(made).toMatchObject({ scopes: ['alerts:read'], limits: { perMinute: 600 } })
    expect(await tocsinAs(made.secret, 'alerts')).toMatchObject({ code: 0, lines: ['none'] })
    const refused = await tocsinAs(made.secret, 'keys')
    expect([refused.code, refused.notes[0]]).toEqual([1, expect.stringContaining('forbidden')])
    expect((await tocsin(`keys revoke ${made.keyId}`)).code).toBe(0)
    expect((await tocsinAs(made.secret, 'alerts')).notes[0]).toContain('not-authenticated')
  })

  it('rotates a key with an overlap', async () => {
    const made = await ask('keys create feed --scopes alerts:read')
    const second = await ask(`keys rotate ${made.keyId}`)
    expect(second).toMatchObject({ keyId: made.keyId, overlapsUntil: expect.any(String) })
    const third = await ask(`keys rotate ${made.keyId} --overlap-hours 0`)
    const codes = []
    for (const { secret } of [made, second, third])
      codes.push((await tocsinAs(secret, 'alerts')).code)
    expect(codes).toEqual([1, 1, 0])
    expect((await tocsin(`keys rotate ${made.keyId} --overlap-hours soon`)).code).toBe(2)
  })

  it('subscribes endpoints, changes them, and reads their deliveries', async () => {
    const refused = await tocsin('subscriptions create https://127.0.0.1/hook')
    expect([refused.code, refused.notes[0]]).toEqual([1, expect.stringContaining('url-refused')])
    const create = 'subscriptions create https://hooks.invalid/in --filter'
    expect((await tocsin(create, 'severe')).code).toBe(2)
    const filter = { theatre: ['nowhere'] }
    const made = await ask(create, JSON.stringify(filter), '--contact', 'duty desk')
    expect(made).toMatchObject({ filter, order: 'newest-state', contact: 'duty desk' })
    expect((await tocsin('subscriptions')).lines[1]).toContain('duty desk')
    const change = `subscriptions change ${made.id}`
    expect(await ask(change, '--contact', 'night desk')).toMatchObject({
      contact: 'night desk',
      filter
    })
    expect((await tocsin(change)).code).toBe(2)
    expect((await ask(`subscriptions rotate ${made.id}`)).secret).not.toBe(made.secret)
    expect((await tocsin(`deliveries ${made.id}`)).lines).toEqual(['none'])
    const replay = `subscriptions replay ${made.id}`
    expect((await tocsin(replay)).lines).toEqual(['replayed: 0'])
    expect((await tocsin(`${replay} --since 2026-01-01`)).lines).toEqual(['replayed: 0'])
    expect((await tocsin(`${replay} --from 1`)).code).toBe(2)
    for (const act of ['vouch', 'test --type alert.raised']) {
      const [name, ...more] = act.split(' ')
      const { notes } = await tocsin(['subscriptions', name, made.id, ...more].join(' '))
      expect(notes[0]).toContain('action-refused')
    }
    const answered = await tocsin(`subscriptions answer ${made.id} unknown --note Ours.`)
    expect([answered.code, answered.notes]).toEqual([1, [expect.stringContaining('not-found')]])
    expect((await tocsin(`subscriptions delete ${made.id}`)).code).toBe(0)
  })

  it('erases the private texts of a report after confirmation', async () => {
    const body = {
      source: { id: 'wire-1' },
      occurred: { from: '2025-06-01', to: '2025-06-01' },
      category: 'attack',
      location: { country: 'ML', lat: 14.8252, lon: -5.2547 },
      private: { persons: [{ name: 'Awa Diallo' }] }
    }
    const posted = await running.api.call('POST', '/v1/reports', { body })
    const erase = `reports erase ${(posted.body as { reportId: string }).reportId}`
    expect(await tocsin(erase)).toMatchObject({
      code: 2,
      notes: [expect.stringContaining('--yes')]
    })
    expect((await tocsin(`${erase} --yes`)).lines).toEqual(['erased'])
    expect((await tocsin(`${erase} --yes`)).lines).toEqual(['there was nothing to erase'])
  })
})

it.each([
  ['alerts acknowledge a --note Ours.', 'api POST /v1/alerts/ID/acknowledgement'],
  ['silences create --reason exercise', 'api GET /v1/silences, or the page Silences'],
  ['watch', 'api GET /v1/watches'],
  ['policies why sub_1 a --json', 'api GET /v1/subscriptions']
])('the removed command %s names the call that replaces it', async (line, words) => {
  const { code, lines, notes } = await runTocsin(...line.split(' '))
  expect([code, lines, notes]).toEqual([2, [], [expect.stringContaining(words)]])
})

const nobody = '--url http://127.0.0.1:1 --key-file /dev/null'

it.each([
  ['requested help', '--help', 0],
  ['an unknown command', 'fly', 2],
  ['an unknown option', 'alerts --colour', 2],
  ['a missing key', 'alerts --data /nowhere', 2],
  ['an invalid number', `sources set x --reliability B --lateness-days two ${nobody}`, 2],
  ['a missing scenario', 'up --scenario /nowhere.ndjson', 2],
  ['an unknown benchmark', 'bench moon', 2],
  ['a suite that does not answer', `alerts ${nobody}`, 1]
])('the exit code of %s', async (_what, line, code) => {
  expect((await runTocsin(...line.split(' '))).code).toBe(code)
})
