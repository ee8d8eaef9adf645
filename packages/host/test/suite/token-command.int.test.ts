// Tokens of a command: what it may print, and when it runs again.

import { describe, expect, it } from 'vitest'
import { parseToken, TokenCommand } from '../../src/kafka/token-command.ts'

const nowMs = Date.UTC(2025, 0, 1)
const nowS = nowMs / 1000
const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`

describe('the output of the command', () => {
  it.each([
    ['abc.def\n', 'abc.def', null],
    [jwt({ exp: nowS + 60 }), jwt({ exp: nowS + 60 }), nowMs + 60_000],
    ['{"access_token": "abc", "expires_in": 300}', 'abc', nowMs + 300_000],
    ['{"access_token": "abc", "expires_in": "300"}', 'abc', nowMs + 300_000],
    ['{"access_token": "abc", "expires_at": "2025-01-01T00:05:00Z"}', 'abc', nowMs + 300_000],
    [`{"access_token": "abc", "expires_at": ${nowS + 300}}`, 'abc', nowMs + 300_000],
    [`{"access_token": "${jwt({ exp: nowS + 60 })}"}`, jwt({ exp: nowS + 60 }), nowMs + 60_000]
  ])('%j is a token', (output, value, endMs) => {
    expect(parseToken(output, nowMs)).toEqual({ value, endMs })
  })

  it.each(['', 'two words', '{"token": "abc"}', '{"access_token": ', 'caf\u00e9'])(
    '%j is refused without being quoted',
    output => {
      expect(() => parseToken(output, nowMs)).toThrow(/prints no token: [^"]*$/)
    }
  )
})

describe('the command', () => {
  const node = (script: string) => `${process.execPath} -e ${script}`

  it('runs once for all who ask, again when a fifth of the life is left, and after a refusal', async () => {
    let ms = nowMs
    const print = `console.log(JSON.stringify({access_token:String(process.pid),expires_in:600}))`
    const tokens = new TokenCommand(node(print), () => ms)
    const [first, same] = await Promise.all([tokens.get(), tokens.get()])
    expect(same).toBe(first)
    ms += 479_000
    expect(await tokens.get()).toBe(first)
    ms += 2_000
    const second = await tokens.get()
    expect(second).not.toBe(first)
    tokens.forget(first)
    expect(await tokens.get()).toBe(second)
    tokens.forget(second)
    expect(await tokens.get()).not.toBe(second)
  })

  it('does not see our secrets, and its failure is said with its first line', async () => {
    process.env.TOCSIN_MASTER_KEY = 'secret'
    try {
      const fail = `console.error(Object.keys(process.env).some(n=>/TOCSIN/.test(n))||'no-server');process.exit(3)`
      await expect(new TokenCommand(node(fail)).get()).rejects.toThrow(
        'kafka.tokenCommand failed (3): no-server'
      )
    } finally {
      delete process.env.TOCSIN_MASTER_KEY
    }
    await expect(new TokenCommand('/no/such/program').get()).rejects.toThrow('failed (ENOENT)')
  })

  it('that fails leaves the last token in use until it ends', async () => {
    let ms = nowMs
    const print = `process.env.GONE?process.exit(1):console.log('{"access_token":"a","expires_in":600}')`
    const tokens = new TokenCommand(node(print), () => ms)
    await tokens.get()
    process.env.GONE = '1'
    try {
      ms += 500_000
      expect(await tokens.get()).toBe('a')
      ms += 100_000
      await expect(tokens.get()).rejects.toThrow('failed (1)')
    } finally {
      delete process.env.GONE
    }
  })
})
