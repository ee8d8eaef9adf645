// The parts that the OpenAPI document is made of: patterns that mean the same in their portable
// form, names that lead somewhere, headers once.

import { describe, expect, it } from 'vitest'
import { collectComponents, componentSchemas } from '../src/answer/components.ts'
import { toPortablePattern } from '../src/answer/published-schemas.ts'
import { postedReportFormat } from '../src/report/posted-report.ts'

const patternsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
    match => JSON.parse(match[1] as string) as string
  )

describe('patterns of the document', () => {
  it('name no class of Unicode, so that tools of other languages read them', () => {
    expect(patternsIn(componentSchemas).filter(pattern => /\\[pP]\{/.test(pattern))).toEqual([])
  })

  it('mean what the validating ones mean, character by character', () => {
    const patterns = [...new Set(patternsIn(postedReportFormat))].filter(pattern =>
      pattern.includes('\\p{')
    )
    expect(patterns.length).toBeGreaterThan(2)
    for (const pattern of patterns) {
      const [validating, portable] = [
        new RegExp(pattern, 'u'),
        new RegExp(toPortablePattern(pattern), 'u')
      ]
      // Every character of the basic plane, and some of each plane above it.
      for (let point = 0; point <= 0x10ffff; point += point < 0x1_0000 ? 1 : 251) {
        // A body with a lone surrogate is refused before any schema.
        if (point >= 0xd800 && point <= 0xdfff) continue
        const text = `http://${String.fromCodePoint(point)}`
        if (validating.test(text) !== portable.test(text))
          expect([pattern, point.toString(16)]).toEqual([])
      }
    }
  })
})

describe('components', () => {
  it('all lead to one another', () => {
    for (const name of Object.keys(componentSchemas))
      expect(name in collectComponents({ $ref: `#/components/schemas/${name}` })).toBe(true)
  })
})
