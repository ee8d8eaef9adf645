// Catalogue and documentation agree both ways: an unexplained code, or an explanation of a removed
// one, fails here.

import { readFileSync } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type ProblemCode, problems } from '../src/problem/problem-catalogue.ts'

const page = readFileSync(new URL('../PROBLEMS.md', import.meta.url), 'utf8')
const rows = [
  ...page.matchAll(/^\| +`([^`]+)` +\| +([0-9]{3}) +\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)
].map(([, code = '', status = '', title = '', when = '', answer = '']) => ({
  code,
  status: Number(status),
  title: title.trim(),
  when: when.trim(),
  answer: answer.trim()
}))
const codes = Object.keys(problems) as ProblemCode[]

describe('problem catalogue', () => {
  it('is explained code by code in PROBLEMS.md, in its order', () => {
    expect(rows.map(row => row.code)).toEqual(codes)
  })

  it('has the status and the title that PROBLEMS.md says', () => {
    expect(rows.map(({ code, status, title }) => ({ code, status, title }))).toEqual(
      codes.map(code => ({ code, ...problems[code] }))
    )
  })

  it('uses statuses of errors that HTTP knows, and codes in lower case with hyphens', () => {
    for (const code of codes) {
      expect(STATUS_CODES[problems[code].status]).toBeDefined()
      expect(problems[code].status).toBeGreaterThanOrEqual(400)
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    }
  })
})
