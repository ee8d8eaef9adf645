import { LogLines } from '@tocsin/testing/process/log-lines'
import { describe, expect, it } from 'vitest'
import { createLogger, describeError, formatForPeople } from '../../src/telemetry/logger.ts'

const logged = (entry: object) => {
  const lines = new LogLines()
  createLogger({ level: 'info', name: 'test', destination: lines }).info(entry, 'said')
  return lines
}

describe('log lines', () => {
  it('are JSON with time, level and the name of the process', () => {
    expect(logged({ theatre: 'sahel' }).lines[0]).toMatchObject({
      level: 'info',
      name: 'test',
      theatre: 'sahel',
      msg: 'said',
      time: expect.stringMatching(/^20.*Z$/)
    })
  })

  it('omit private fields, up to three levels deep', () => {
    const canary = 'canary-0451'
    const entries = [
      {
        authorization: canary,
        cookie: canary,
        token: canary,
        ticket: canary,
        secret: canary,
        body: { a: canary }
      },
      { request: { headers: { host: canary }, query: canary, authorization: canary } },
      {
        report: {
          private: { narrative: canary },
          persons: [canary],
          links: [canary],
          narrative: canary
        }
      },
      { config: { secrets: { ownerKey: canary, masterKey: canary } } }
    ]
    for (const entry of entries) expect(logged(entry).text).not.toContain(canary)
  })

  it('omit the path, the query and the password of addresses in messages', () => {
    const error = new Error(
      'https://u:canary@a.example/canary and http://b.example:80?t=canary failed, not http://c.example'
    )
    expect(describeError(error).message).toBe(
      'https://a.example/… and http://b.example:80/… failed, not http://c.example'
    )
  })

  it('are one line for a person at a terminal', () => {
    const lines: string[] = []
    const destination = formatForPeople({ write: line => void lines.push(line) })
    createLogger({ level: 'info', name: 'test', destination }).warn({ theatre: 'sahel' }, 'said')
    expect(lines).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} warn {2}said theatre="sahel"\n$/)
    ])
  })

  it('describe an error by kind, code, message and place, with its causes', () => {
    const cause = Object.assign(new Error('disk'), { code: 'ENOSPC' })
    expect(describeError(new TypeError('wrong', { cause }))).toMatchObject({
      type: 'TypeError',
      message: 'wrong',
      stack: expect.arrayContaining([expect.stringMatching(/^at /)]),
      cause: { code: 'ENOSPC', message: 'disk' }
    })
    expect(describeError('text')).toEqual({ type: 'string' })
  })

  it('omit the message of a syntax error, which quotes its input', () => {
    const error = (() => {
      try {
        return JSON.parse('{"name": canary}') as Error
      } catch (thrown) {
        return thrown
      }
    })()
    expect(String(error)).toContain('canary')
    expect(JSON.stringify(describeError(error))).not.toContain('canary')
    expect(logged({ error }).text).not.toContain('canary')
  })

  it('terminate on circular causes', () => {
    const error: Error & { cause?: unknown } = new Error('round')
    error.cause = error
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000)
  })
})
